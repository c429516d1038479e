# The example package. It reuses this package's build, so that only its own files are compiled. SwiftPM caches one build
# plan per build folder, so the plan of the other package is removed before and after.
.PHONY: example example-tagged scaffold

build_elsewhere = rm -f .build/release.yaml; \
  swift build --package-path $(1) --scratch-path .build $(SWIFTFLAGS) --product bench; \
  status=$$?; rm -f .build/release.yaml; exit $$status

example: build ## build, check and run the example package (a method, a model, a data set) at smoke size
	@cp Package.resolved Examples/BringYourOwnMethod/
	$(call build_elsewhere,Examples/BringYourOwnMethod)
	.build/release/bench check method ae-looksam
	cd Examples/BringYourOwnMethod && ../../.build/release/bench run -p smoke

SCAFFOLD = .build/scaffold
SCAFFOLD_NAMES = x7 sharp-walk2 my-sam

scaffold: example ## build methods created by `new method` in another package, unchanged, and check their contract
	@rm -rf $(SCAFFOLD) && cp -R Examples/BringYourOwnMethod $(SCAFFOLD)
	@sed 's|path: "../.."|path: "$(CURDIR)"|' Examples/BringYourOwnMethod/Package.swift > $(SCAFFOLD)/Package.swift
	for name in $(SCAFFOLD_NAMES); do .build/release/bench new method $$name --package $(SCAFFOLD) || exit; done
	$(call build_elsewhere,$(SCAFFOLD))
	for name in $(SCAFFOLD_NAMES); do .build/release/bench check method $$name || exit; done

example-tagged: deps ## build the example package against a tagged version, through a git URL: minutes
	sh tools/tagged-example.sh
