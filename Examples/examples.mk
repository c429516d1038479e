# The example package. It takes this package's build in: only its own files are compiled. Build plans are remembered by
# folder, so the one of the other package is forgotten before and after.
.PHONY: example example-tagged scaffold

build_elsewhere = rm -f .build/release.yaml; \
  swift build --package-path $(1) --scratch-path .build $(SWIFTFLAGS) --product bench; \
  status=$$?; rm -f .build/release.yaml; exit $$status

example: build ## the example package: a method, a model and a data set of its own, checked and run at smoke size
	@cp Package.resolved Examples/BringYourOwnMethod/
	$(call build_elsewhere,Examples/BringYourOwnMethod)
	.build/release/bench check method ae-looksam
	cd Examples/BringYourOwnMethod && ../../.build/release/bench run -p smoke

SCAFFOLD = .build/scaffold
SCAFFOLD_NAMES = x7 sharp-walk2 my-sam

scaffold: example ## methods that `new method` starts in another package: built as they stand, held to the contract
	@rm -rf $(SCAFFOLD) && cp -R Examples/BringYourOwnMethod $(SCAFFOLD)
	@sed 's|path: "../.."|path: "$(CURDIR)"|' Examples/BringYourOwnMethod/Package.swift > $(SCAFFOLD)/Package.swift
	for name in $(SCAFFOLD_NAMES); do .build/release/bench new method $$name --package $(SCAFFOLD) || exit; done
	$(call build_elsewhere,$(SCAFFOLD))
	for name in $(SCAFFOLD_NAMES); do .build/release/bench check method $$name || exit; done

example-tagged: deps ## the example package against a tagged version of this one, through a git URL: minutes
	sh tools/tagged-example.sh
