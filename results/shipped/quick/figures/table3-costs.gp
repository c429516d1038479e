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
1.1 6.13
1.2 5.13
1.64909 4.13
1 3.13
1.11531 2.13
1.37083 1.13
1.37083 0.13
1.2 6.88
1.1 5.88
1.2 4.88
1.63756 3.88
1 2.88
1.11145 1.88
1.45417 0.88
1.37083 -0.12
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
1.16775 7.07 1.0708 1.2647
1.08606 6.07 0.989109 1.183
1.22297 5.07 1.12602 1.31991
1.6853 4.07 1.58835 1.78225
1.0127 3.07 0.915753 1.10965
1.13757 2.07 1.04062 1.23452
1.45803 1.07 1.36109 1.55498
1.48148 0.07 1.38453 1.57843
1.2124 6.82 1.11545 1.30934
1.13289 5.82 1.03594 1.22984
1.22149 4.82 1.12454 1.31844
1.71631 3.82 1.61937 1.81326
1.11104 2.82 1.0141 1.20799
1.21153 1.82 1.11458 1.30847
1.52093 0.82 1.42398 1.61788
1.41409 -0.18 1.31714 1.51104
EOD
$d4 << EOD
1 -0.6
1 7.6
EOD
$d5 << EOD
1.2 7.13
1.1 6.13
1.2 5.13
1.64546 4.13
1 3.13
1.12722 2.13
1.60417 1.13
1.38333 0.13
1.2 6.88
1.1 5.88
1.2 4.88
1.64254 3.88
1 2.88
1.12628 1.88
1.625 0.88
1.37083 -0.12
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
1.21273 7.07 1.12314 1.30231
1.09214 6.07 1.00255 1.18172
1.27089 5.07 1.18131 1.36048
1.63193 4.07 1.54235 1.72152
1.02392 3.07 0.934337 1.11351
1.09966 2.07 1.01008 1.18925
1.54589 1.07 1.45631 1.63548
1.3234 0.07 1.23382 1.41299
1.1756 6.82 1.08601 1.26518
1.1247 5.82 1.03511 1.21428
1.28037 4.82 1.19078 1.36995
1.55268 3.82 1.46309 1.64226
1.03056 2.82 0.940975 1.12015
1.13361 1.82 1.04402 1.22319
1.52659 0.82 1.437 1.61617
1.34528 -0.18 1.2557 1.43487
EOD
$d8 << EOD
1 -0.6
1 7.6
EOD
$d9 << EOD
1.2 7.13
1.1 6.13
1.2 5.13
1.64658 4.13
1 3.13
1.12836 2.13
1.5875 1.13
1.37083 0.13
1.2 6.88
1.1 5.88
1.2 4.88
1.65218 3.88
1 2.88
1.13014 1.88
1.50833 0.88
1.37083 -0.12
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
1.18482 7.07 1.07211 1.29753
1.08191 6.07 0.969196 1.19461
1.28308 5.07 1.17037 1.39579
1.62737 4.07 1.51466 1.74008
1.04523 3.07 0.932518 1.15793
1.10587 2.07 0.993162 1.21858
1.5851 1.07 1.47239 1.69781
1.32198 0.07 1.20927 1.43469
1.12943 6.82 1.01672 1.24214
0.98506 5.82 0.872352 1.09777
1.10525 4.82 0.992543 1.21796
1.67515 3.82 1.56244 1.78786
0.95948 2.82 0.846771 1.07219
1.13624 1.82 1.02354 1.24895
1.44761 0.82 1.3349 1.56032
1.38488 -0.18 1.27217 1.49759
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
