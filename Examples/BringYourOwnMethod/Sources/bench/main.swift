import SAMBench

SAMBenchProgram(methods: [FriendlySAM.self]).main()
