import SAMBench

SAMBenchProgram(methods: [AELookSAM.self], models: [PlainNet.self], datasets: [Patterns.self]).main()
