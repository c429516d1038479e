# Drawn by: gnuplot -d FILE > figure.svg
set terminal svg size 1020,502 font 'Helvetica,13' dashlength 0.8 background '#ffffff' name 'figure'
set encoding utf8
set border 3 linewidth 0.8
set tics nomirror out scale 0.6
set grid linetype 1 linecolor '#dddddd' linewidth 0.5
set key off
$d0 << EOD
1 -0.6
1 7.6
EOD
$d1 << EOD
1.2 7.13
1.104 6.13
1.2 5.13
1.643 4.13
1 3.13
1.11328 2.13
1.392 1.13
1.37867 0.13
1.2 6.88
1.104 5.88
1.2 4.88
1.6386 3.88
1 2.88
1.11181 1.88
1.43733 0.88
1.40267 -0.12
EOD
$d2 << EOD
1.17865 7.19 1.12047 1.23684
1.07962 6.19 1.02446 1.13477
1.64655 5.19 1.55983 1.73326
1.86143 4.19 1.75549 1.96738
1.2242 3.19 1.16423 1.28418
1.34762 0.19 1.28162 1.41361
1.2109 6.94 1.14755 1.27424
1.10246 5.94 1.04268 1.16224
1.62342 4.94 1.53494 1.71191
1.89827 3.94 1.78512 2.01143
1.2557 2.94 1.19047 1.32093
1.39629 -0.06 1.32372 1.46886
EOD
$d3 << EOD
1.16329 7.07 1.05991 1.26668
1.14981 6.07 1.04643 1.25319
1.23759 5.07 1.13421 1.34098
1.68662 4.07 1.58324 1.79001
1.01518 3.07 0.911795 1.11856
1.12381 2.07 1.02043 1.22719
1.3674 1.07 1.26401 1.47078
1.43116 0.07 1.32778 1.53454
1.21117 6.82 1.10779 1.31455
1.11138 5.82 1.008 1.21477
1.20646 4.82 1.10308 1.30984
1.73631 3.82 1.63293 1.83969
0.963074 2.82 0.859691 1.06646
1.06783 1.82 0.964445 1.17121
1.4115 0.82 1.30812 1.51488
1.36009 -0.18 1.25671 1.46347
EOD
$d4 << EOD
1 -0.6
1 7.6
EOD
$d5 << EOD
1.2 7.13
1.104 6.13
1.2 5.13
1.63353 4.13
1 3.13
1.12336 2.13
1.536 1.13
1.38133 0.13
1.2 6.88
1.104 5.88
1.2 4.88
1.64265 3.88
1 2.88
1.12627 1.88
1.54133 0.88
1.39733 -0.12
EOD
$d6 << EOD
1.21057 7.19 1.16521 1.25593
1.1039 6.19 1.0625 1.1453
1.24755 5.19 1.20051 1.29458
1.39931 4.19 1.34392 1.45471
1.06235 3.19 1.02213 1.10258
1.43598 0.19 1.37823 1.49372
1.22005 6.94 1.17165 1.26844
1.09402 5.94 1.05024 1.1378
1.21299 4.94 1.1649 1.26107
1.38538 3.94 1.32829 1.44247
1.04771 2.94 1.00515 1.09027
1.43833 -0.06 1.37789 1.49878
EOD
$d7 << EOD
1.19321 7.07 1.05934 1.32708
1.09044 6.07 0.956569 1.22431
1.22562 5.07 1.09175 1.35949
1.67455 4.07 1.54069 1.80842
1.10115 3.07 0.967281 1.23502
1.21538 2.07 1.08151 1.34924
1.65396 1.07 1.52009 1.78783
1.44928 0.07 1.31541 1.58315
1.10658 6.82 0.972714 1.24045
1.05479 5.82 0.920917 1.18865
1.07997 4.82 0.9461 1.21384
1.53471 3.82 1.40084 1.66858
0.935214 2.82 0.801346 1.06908
0.994734 1.82 0.860865 1.1286
1.5585 0.82 1.42463 1.69237
1.34305 -0.18 1.20918 1.47692
EOD
$d8 << EOD
1 -0.6
1 7.6
EOD
$d9 << EOD
1.2 7.13
1.104 6.13
1.2 5.13
1.64361 4.13
1 3.13
1.12797 2.13
1.50933 1.13
1.39467 0.13
1.2 6.88
1.104 5.88
1.2 4.88
1.65043 3.88
1 2.88
1.13013 1.88
1.49333 0.88
1.37867 -0.12
EOD
$d10 << EOD
1.217 7.19 1.17301 1.261
1.10569 6.19 1.06591 1.14547
1.51955 5.19 1.45762 1.58149
1.7492 4.19 1.66857 1.82982
1.11475 3.19 1.07469 1.15482
1.3236 0.19 1.27428 1.37292
1.18898 6.94 1.14657 1.23138
1.09826 5.94 1.05912 1.13741
1.60029 4.94 1.5326 1.66798
1.72166 3.94 1.64386 1.79946
1.11165 2.94 1.07208 1.15122
1.37445 -0.06 1.32258 1.42633
EOD
$d11 << EOD
1.19021 7.07 1.10333 1.27709
1.01167 6.07 0.924789 1.09855
1.18273 5.07 1.09585 1.26961
1.69615 4.07 1.60927 1.78303
0.926064 3.07 0.839183 1.01294
1.11664 2.07 1.02976 1.20352
1.45874 1.07 1.37185 1.54562
1.3058 0.07 1.21892 1.39268
1.19916 6.82 1.11228 1.28604
1.06073 5.82 0.973848 1.14761
1.24056 4.82 1.15368 1.32744
1.63686 3.82 1.54998 1.72374
1.01522 2.82 0.928343 1.10211
1.14948 1.82 1.06259 1.23636
1.46102 0.82 1.37414 1.5479
1.35666 -0.18 1.26978 1.44355
EOD
set multiplot layout 1,3 margins 0.0941,0.9824,0.1155,0.8765 spacing 0.0941,0.1833
set title 'ResNet-18' offset 0,-0.5 noenhanced
set xlabel 'gradients per step, c' offset 0,0.5 noenhanced
unset logscale x
set format x '%g'
set xrange [0.8:2.2]
set xtics 0.2 enhanced
set ylabel '' noenhanced
unset logscale y
set format y '%g'
set yrange [-0.6:7.6]
set ytics ('vSAM' 0, 'AE-SAM' 1, 'MESA' 2, 'SAF' 3, 'ESAM' 4, 'LookSAM-5' 5, 'SAM-10' 6, 'SAM-5' 7) noenhanced
plot $d0 using 1:2 with lines linecolor '#7F7F7F' dashtype (16,4,3,4,3,4) linewidth 0.8 notitle, \
  $d1 using 1:2 with points pointtype '|' textcolor '#000000' font ',15' notitle, \
  $d2 using 1:2:3:4 with xerrorbars pointtype 8 pointsize 0.9 linewidth 1.2 linecolor '#D55E00' notitle, \
  $d3 using 1:2:3:4 with xerrorbars pointtype 5 pointsize 0.9 linewidth 1.2 linecolor '#0072B2' notitle
set title 'WideResNet-28-10' offset 0,-0.5 noenhanced
set xlabel 'gradients per step, c' offset 0,0.5 noenhanced
unset logscale x
set format x '%g'
set xrange [0.8:2.2]
set xtics 0.2 enhanced
set ylabel '' noenhanced
unset logscale y
set format y '%g'
set yrange [-0.6:7.6]
set ytics ('vSAM' 0, 'AE-SAM' 1, 'MESA' 2, 'SAF' 3, 'ESAM' 4, 'LookSAM-5' 5, 'SAM-10' 6, 'SAM-5' 7) noenhanced
plot $d4 using 1:2 with lines linecolor '#7F7F7F' dashtype (16,4,3,4,3,4) linewidth 0.8 notitle, \
  $d5 using 1:2 with points pointtype '|' textcolor '#000000' font ',15' notitle, \
  $d6 using 1:2:3:4 with xerrorbars pointtype 8 pointsize 0.9 linewidth 1.2 linecolor '#D55E00' notitle, \
  $d7 using 1:2:3:4 with xerrorbars pointtype 5 pointsize 0.9 linewidth 1.2 linecolor '#0072B2' notitle
set title 'PyramidNet-110' offset 0,-0.5 noenhanced
set xlabel 'gradients per step, c' offset 0,0.5 noenhanced
unset logscale x
set format x '%g'
set xrange [0.8:2.2]
set xtics 0.2 enhanced
set ylabel '' noenhanced
unset logscale y
set format y '%g'
set yrange [-0.6:7.6]
set ytics ('vSAM' 0, 'AE-SAM' 1, 'MESA' 2, 'SAF' 3, 'ESAM' 4, 'LookSAM-5' 5, 'SAM-10' 6, 'SAM-5' 7) noenhanced
plot $d8 using 1:2 with lines linecolor '#7F7F7F' dashtype (16,4,3,4,3,4) linewidth 0.8 notitle, \
  $d9 using 1:2 with points pointtype '|' textcolor '#000000' font ',15' notitle, \
  $d10 using 1:2:3:4 with xerrorbars pointtype 8 pointsize 0.9 linewidth 1.2 linecolor '#D55E00' notitle, \
  $d11 using 1:2:3:4 with xerrorbars pointtype 5 pointsize 0.9 linewidth 1.2 linecolor '#0072B2' notitle
set lmargin at screen 0.02
set rmargin at screen 0.98
set bmargin at screen 0.02
set tmargin at screen 0.98
unset title
unset xlabel
unset ylabel
unset border
unset tics
unset grid
unset logscale
set xrange [0:1]
set yrange [0:1]
set key on at screen 0.5,0.995 center top horizontal samplen 3 width 2 noenhanced
plot NaN notitle, \
  keyentry with points pointtype '|' textcolor '#000000' font ',15' title 'counted', \
  keyentry with points pointtype 8 pointsize 0.9 linewidth 1.2 linecolor '#D55E00' title 'paper, 95 %', \
  keyentry with points pointtype 5 pointsize 0.9 linewidth 1.2 linecolor '#0072B2' title 'here, 95 %'
unset multiplot
