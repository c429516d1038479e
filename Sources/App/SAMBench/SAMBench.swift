// A single import for other packages: everything needed to write methods, models and data sets, and the program.
@_exported import Commands
@_exported import Configuration
@_exported import Core
@_exported import Datasets
@_exported import Methods
@_exported import Models
@_exported import Networks
