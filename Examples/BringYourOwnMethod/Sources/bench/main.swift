import SAMBench

SAMBenchProgram(methods: [FriendlySAM.self, AELookSAM.self], models: [PlainNet.self], datasets: [Patterns.self]).main()
