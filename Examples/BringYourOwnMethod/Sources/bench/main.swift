import SAMBench

SAMBenchProgram(methods: [FriendlySAM.self], models: [PlainNet.self], datasets: [Patterns.self]).main()
