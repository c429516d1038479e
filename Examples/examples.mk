# The example package. It takes this package's build in: only its own files are compiled. Build plans are remembered by
# folder, so the one of the other package is forgotten before and after.
.PHONY: example example-tagged

example: build ## the example package: a method, a model and a data set of its own, checked and run at smoke size
	@cp Package.resolved Examples/BringYourOwnMethod/ && rm -f .build/release.yaml
	swift build --package-path Examples/BringYourOwnMethod --scratch-path .build $(SWIFTFLAGS) --product bench; \
	  status=$$?; rm -f .build/release.yaml; exit $$status
	.build/release/bench check method friendly-sam
	cd Examples/BringYourOwnMethod && ../../.build/release/bench run -p smoke

example-tagged: deps ## the example package against a tagged version of this one, through a git URL: minutes
	sh tools/tagged-example.sh
