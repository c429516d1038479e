/// What the page of `Grid.sampleResults` must look like, character for character.
enum Golden {
  static let markdown = #"""
    # SAMBench: the quick profile

    > Quick profile of the tests.

    > **Subset of cifar10**: 3000 training and 1000 test records; accuracies are not comparable with
    > published ones.

    | table   | cells finished | to be run | diverged or failed | rows not possible yet |
    | ------- | -------------: | --------: | -----------------: | --------------------: |
    | Table 3 |         7 of 9 |         1 |                  1 |                     1 |

    ## Table 3. A small table

    Pairs are paper → ours. The paper: n = 3, spread: standard deviation over seeds.

    ### ResNet-18, CIFAR-10

    | method      |                  accuracy % | best % |     sampled % | AIS, % of SAM | limit % | images/s |   n |
    | ----------- | --------------------------: | -----: | ------------: | ------------: | ------: | -------: | --: |
    | SGD         | 96.13 ± 0.03 → 51.00 ± 1.00 |  52.00 |     – →     – | 178 → 200 ± 0 |     200 |      200 |   3 |
    | SAM         | 96.62 ± 0.04 → 52.00 ± 0.25 |  53.00 | 100.0 → 100.0 | 100 → 100     |     100 |      100 |   3 |
    | LookSAM-5 ᵃ | 96.33 ± 0.04 → not run      |      – |  20.0 →     – | 118 →   –     |       – |        – |   – |
    | ESAM (1) ᵇ  | 96.56 ± 0.08 → quoted       |      – |     – →     – | 140 →   –     |       – |        – |   – |
    | vSAM ᶜ      | 96.64 ± 0.12 → 52.25        |  53.25 |  30.2 →  30.0 | 140 → 154     |     154 |      154 | 1/3 |

    - ᵃ `looksam` is planned and cannot be run yet
    - ᵇ quoted, never run: reported by Du et al. 2022a
    - ᶜ vSAM, seed 2: diverged at iteration 113

    Run here as ResNet-18: `resnet width 8 (not 64)`, 2 epochs.

    ## How to read the tables

    - **paper → ours**: the number the paper prints, then the one measured here. A dash: not printed, or
      not measured.
    - **accuracy %**: on the test set after the last epoch, mean ± sample standard deviation over n
      seeds. **best %** is the highest of any epoch: it peeks at the test set, but the paper may have
      printed it. The last epoch decides.
    - **sampled**: iterations with a second gradient, the paper's sampling number; **sampled %** is
      their share of all iterations, shown where a run is shorter than the paper's 78200 iterations and
      the numbers themselves do not compare.
    - **AIS, % of ...**: images a second, data loading included and evaluation excluded (Eq. 20),
      relative to the baseline's run of the same seed on the same machine with as many threads. **limit
      %**: what the method's gradients allow, 200 / (gradients an iteration) against SAM, when they are
      all that costs time. Ratios above it are measurement noise.
    - **images/s**: measured here; the paper's belong to its own machine and are not compared.
    - **n**: seeds that finished, of those asked for. Runs that diverged or failed are named, never
      averaged.

    ## Assumed settings

    Neither the paper nor public code says these; each could have been chosen otherwise.

    | setting    | value  | why                      |
    | ---------- | ------ | ------------------------ |
    | vsam start | `1000` | fits Table 1 \| roundest |

    ## Data, machine and time

    - Data: cifar10, subset, 3000 training and 1000 test images, fingerprint `00ff00ff00ff00ff`.
    - Machine: Example CPU, 2 threads: 7 runs, 5 min of training, evaluation not counted.

    ## What this is not

    - No evidence about accuracies: the quick profile trains small networks briefly. Whether a method is
      more accurate than another is for the paper profile.
    - No verdict on the paper: a difference inside the spread of a few seeds decides nothing, and n
      seeds are few.
    - No comparison of absolute speed: images per second belong to the machine above, the paper's to its
      own.
    - No other framework's numbers: every row except the quoted ones was trained by this program.

    """#

  static let csv = #"""
    model,dataset,method,status,n,n_planned,accuracy_last_percent,accuracy_last_percent_deviation,accuracy_best_percent,accuracy_best_percent_deviation,sampling_number,sampling_number_deviation,sampling_number_adaptive,sampling_number_adaptive_deviation,sampled_percent,sampled_percent_deviation,iterations,gradients_per_iteration,images_per_second,images_per_second_deviation,ais_percent_of_baseline,ais_percent_of_baseline_deviation,ais_n,ais_limit_percent,paper_accuracy_percent,paper_accuracy_deviation,paper_sampling_number,paper_images_per_second,paper_ais_percent_of_baseline,note
    ResNet-18,CIFAR-10,SGD,complete,3,3,51.0,1.0,52.0,1.0,0.0,0.0,0.0,0.0,0.0,0.0,200.0,1.0,200.0,0.0,200.0,0.0,3,200.0,96.13,0.03,,3167.0,178.0,
    ResNet-18,CIFAR-10,SAM,complete,3,3,52.0,0.25,53.0,0.25,200.0,0.0,180.0,0.0,100.0,0.0,200.0,2.0,100.0,0.0,100.0,0.0,3,100.0,96.62,0.04,78200,1780.0,100.0,
    ResNet-18,CIFAR-10,LookSAM-5,not run,0,0,,,,,,,,,,,,,,,,,0,,96.33,0.04,15640,2106.0,118.0,
    ResNet-18,CIFAR-10,vSAM,partial,1,3,52.25,,53.25,,60.0,,40.0,,30.0,,200.0,1.3,153.84615384615384,,153.84615384615384,,1,153.84615384615384,96.64,0.12,23579,2492.0,140.0,seed 2: diverged at iteration 113
    ResNet-18,CIFAR-10,ESAM (1),quoted,,,,,,,,,,,,,,,,,,,,,96.56,0.08,,2409.0,140.0,reported by Du et al. 2022a

    """#

  /// The block of Table 3 as a terminal shows it.
  static let plainTable = #"""
    method                        accuracy %  best %      sampled %  AIS, % of SAM  limit %  images/s    n
    ───────────  ───────────────────────────  ──────  ─────────────  ─────────────  ───────  ────────  ───
    SGD          96.13 ± 0.03 → 51.00 ± 1.00   52.00      – →     –  178 → 200 ± 0      200       200    3
    SAM          96.62 ± 0.04 → 52.00 ± 0.25   53.00  100.0 → 100.0  100 → 100          100       100    3
    LookSAM-5 ᵃ  96.33 ± 0.04 → not run            –   20.0 →     –  118 →   –            –         –    –
    ESAM (1) ᵇ   96.56 ± 0.08 → quoted             –      – →     –  140 →   –            –         –    –
    vSAM ᶜ       96.64 ± 0.12 → 52.25          53.25   30.2 →  30.0  140 → 154          154       154  1/3

    ᵃ looksam is planned and cannot be run yet
    ᵇ quoted, never run: reported by Du et al. 2022a
    ᶜ vSAM, seed 2: diverged at iteration 113

    """#
}
