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
1.17865 7.19 1.12047 1.23684
1.2109 6.89 1.14755 1.27424
1.07962 6.19 1.02446 1.13477
1.10246 5.89 1.04268 1.16224
1.34762 5.19 1.28162 1.41361
1.39629 4.89 1.32372 1.46886
1.64655 4.19 1.55983 1.73326
1.62342 3.89 1.53494 1.71191
1.86143 3.19 1.75549 1.96738
1.89827 2.89 1.78512 2.01143
1.2242 2.19 1.16423 1.28418
1.2557 1.89 1.19047 1.32093
EOD
$d2 << EOD
1.36123 5.07 1.28506 1.43741
1.40787 4.77 1.33169 1.48405
1.26274 4.07 1.18913 1.33636
1.26274 3.77 1.18913 1.33636
1.76566 3.07 1.6284 1.90292
1.76566 2.77 1.6284 1.90292
1.02134 2.07 0.944281 1.09841
1.02134 1.77 0.944281 1.09841
1.32209 1.07 1.22165 1.42254
1.32209 0.77 1.22165 1.42254
1.51291 0.07 1.47307 1.55274
1.50999 -0.23 1.47015 1.54982
EOD
$d3 << EOD
1.2 7.15
1.2 6.85
1.1 6.15
1.1 5.85
EOD
$d4 << EOD
1 -0.6
1 7.6
EOD
$d5 << EOD
1.21057 7.19 1.16521 1.25593
1.22005 6.89 1.17165 1.26844
1.1039 6.19 1.0625 1.1453
1.09402 5.89 1.05024 1.1378
1.43598 5.19 1.37823 1.49372
1.43833 4.89 1.37789 1.49878
1.24755 4.19 1.20051 1.29458
1.21299 3.89 1.1649 1.26107
1.39931 3.19 1.34392 1.45471
1.38538 2.89 1.32829 1.44247
1.06235 2.19 1.02213 1.10258
1.04771 1.89 1.00515 1.09027
EOD
$d6 << EOD
1.47669 5.07 1.3971 1.55627
1.42655 4.77 1.34697 1.50614
1.20104 4.07 1.13193 1.27014
1.20104 3.77 1.13193 1.27014
1.7627 3.07 1.62723 1.89817
1.7627 2.77 1.62723 1.89817
1.0295 2.07 0.952685 1.10632
1.0295 1.77 0.952685 1.10632
1.29737 1.07 1.19997 1.39477
1.29737 0.77 1.19997 1.39477
1.48969 0.07 1.45132 1.52805
1.49069 -0.23 1.45233 1.52906
EOD
$d7 << EOD
1.2 7.15
1.2 6.85
1.1 6.15
1.1 5.85
EOD
$d8 << EOD
1 -0.6
1 7.6
EOD
$d9 << EOD
1.217 7.19 1.17301 1.261
1.18898 6.89 1.14657 1.23138
1.10569 6.19 1.06591 1.14547
1.09826 5.89 1.05912 1.13741
1.3236 5.19 1.27428 1.37292
1.37445 4.89 1.32258 1.42633
1.51955 4.19 1.45762 1.58149
1.60029 3.89 1.5326 1.66798
1.7492 3.19 1.66857 1.82982
1.72166 2.89 1.64386 1.79946
1.11475 2.19 1.07469 1.15482
1.11165 1.89 1.07208 1.15122
EOD
$d10 << EOD
1.36339 5.07 1.23005 1.49673
1.33191 4.77 1.19857 1.46525
1.23005 4.07 1.10261 1.35748
1.23005 3.77 1.10261 1.35748
1.86107 3.07 1.60225 2.11989
1.86107 2.77 1.60225 2.11989
0.930372 2.07 0.805157 1.05559
0.930372 1.77 0.805157 1.05559
1.29984 1.07 1.12324 1.47644
1.29984 0.77 1.12324 1.47644
1.52398 0.07 1.45138 1.59659
1.52017 -0.23 1.44756 1.59277
EOD
$d11 << EOD
1.2 7.15
1.2 6.85
1.1 6.15
1.1 5.85
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
set ytics ('AE-SAM' 0, 'MESA' 1, 'SAF' 2, 'ESAM' 3, 'LookSAM-5' 4, 'vSAM' 5, 'SAM-10' 6, 'SAM-5' 7) noenhanced
plot $d0 using 1:2 with lines linecolor '#7F7F7F' dashtype (16,4,3,4,3,4) linewidth 0.8 notitle, \
  $d1 using 1:2:3:4 with xerrorbars pointtype 8 pointsize 0.9 linewidth 1.2 linecolor '#D55E00' notitle, \
  $d2 using 1:2:3:4 with xerrorbars pointtype 5 pointsize 0.9 linewidth 1.2 linecolor '#0072B2' notitle, \
  $d3 using 1:2 with points pointtype '|' textcolor '#000000' font ',15' notitle
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
set ytics ('AE-SAM' 0, 'MESA' 1, 'SAF' 2, 'ESAM' 3, 'LookSAM-5' 4, 'vSAM' 5, 'SAM-10' 6, 'SAM-5' 7) noenhanced
plot $d4 using 1:2 with lines linecolor '#7F7F7F' dashtype (16,4,3,4,3,4) linewidth 0.8 notitle, \
  $d5 using 1:2:3:4 with xerrorbars pointtype 8 pointsize 0.9 linewidth 1.2 linecolor '#D55E00' notitle, \
  $d6 using 1:2:3:4 with xerrorbars pointtype 5 pointsize 0.9 linewidth 1.2 linecolor '#0072B2' notitle, \
  $d7 using 1:2 with points pointtype '|' textcolor '#000000' font ',15' notitle
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
set ytics ('AE-SAM' 0, 'MESA' 1, 'SAF' 2, 'ESAM' 3, 'LookSAM-5' 4, 'vSAM' 5, 'SAM-10' 6, 'SAM-5' 7) noenhanced
plot $d8 using 1:2 with lines linecolor '#7F7F7F' dashtype (16,4,3,4,3,4) linewidth 0.8 notitle, \
  $d9 using 1:2:3:4 with xerrorbars pointtype 8 pointsize 0.9 linewidth 1.2 linecolor '#D55E00' notitle, \
  $d10 using 1:2:3:4 with xerrorbars pointtype 5 pointsize 0.9 linewidth 1.2 linecolor '#0072B2' notitle, \
  $d11 using 1:2 with points pointtype '|' textcolor '#000000' font ',15' notitle
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
  keyentry with points pointtype 8 pointsize 0.9 linewidth 1.2 linecolor '#D55E00' title 'paper, 95 %', \
  keyentry with points pointtype 5 pointsize 0.9 linewidth 1.2 linecolor '#0072B2' title 'measured steps, 95 %', \
  keyentry with points pointtype '|' textcolor '#000000' font ',15' title 'counted'
unset multiplot
