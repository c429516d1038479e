import SAMBench

SAMBenchProgram().main()
