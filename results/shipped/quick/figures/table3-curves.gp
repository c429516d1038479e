# Drawn by: gnuplot -d FILE > figure.svg
set terminal svg size 960,330 font 'Helvetica,13' dashlength 0.8 background '#ffffff' name 'figure'
set encoding utf8
set border 3 linewidth 0.8
set tics nomirror out scale 0.6
set grid linetype 1 linecolor '#dddddd' linewidth 0.5
set key off
$d0 << EOD
1 4.62643
2 4.40219
3 4.25884
4 4.14747
5 4.04525
EOD
$d1 << EOD
1 4.68067
2 4.51659
3 4.32738
4 4.18242
5 4.1079
EOD
$d2 << EOD
1 4.64701
2 4.45225
3 4.29002
4 4.16196
5 4.06794
EOD
$d3 << EOD
1 4.63465
2 4.45594
3 4.28182
4 4.18123
5 4.10152
EOD
$d4 << EOD
1 4.67667
2 4.55672
3 4.45199
4 4.3737
5 4.3028
EOD
$d5 << EOD
1 4.65233
2 4.49494
3 4.34759
4 4.24558
5 4.17263
EOD
$d6 << EOD
1 4.63465
2 4.4559
3 4.27742
4 4.17026
5 4.087
EOD
$d7 << EOD
1 4.67667
2 4.55643
3 4.44912
4 4.36159
5 4.27441
EOD
$d8 << EOD
1 4.65233
2 4.49499
3 4.34397
4 4.23421
5 4.15348
EOD
$d9 << EOD
1 4.5923
2 4.42828
3 4.31479
4 4.23181
5 4.19886
EOD
$d10 << EOD
1 4.61123
2 4.45925
3 4.33623
4 4.25231
5 4.20444
EOD
$d11 << EOD
1 4.60279
2 4.44534
3 4.32585
4 4.24374
5 4.20201
EOD
$d12 << EOD
1 4.59988
2 4.46046
3 4.34782
4 4.2735
5 4.25007
EOD
$d13 << EOD
1 4.6156
2 4.5111
3 4.42248
4 4.34755
5 4.30139
EOD
$d14 << EOD
1 4.61001
2 4.48721
3 4.38858
4 4.3177
5 4.27806
EOD
$d15 << EOD
1 4.59988
2 4.46047
3 4.34445
4 4.26676
5 4.24333
EOD
$d16 << EOD
1 4.6156
2 4.51087
3 4.42035
4 4.34242
5 4.29483
EOD
$d17 << EOD
1 4.61001
2 4.48731
3 4.38579
4 4.31197
5 4.27084
EOD
$d18 << EOD
1 4.58814
2 4.45499
3 4.36817
4 4.32259
5 4.29543
EOD
$d19 << EOD
1 4.613
2 4.50801
3 4.4149
4 4.34714
5 4.3255
EOD
$d20 << EOD
1 4.60239
2 4.49004
3 4.39813
4 4.33879
5 4.31152
EOD
$d21 << EOD
1 4.5975
2 4.49525
3 4.41175
4 4.37579
5 4.35619
EOD
$d22 << EOD
1 4.61983
2 4.54772
3 4.4949
4 4.45166
5 4.42445
EOD
$d23 << EOD
1 4.60912
2 4.52919
3 4.46546
4 4.42305
5 4.40008
EOD
$d24 << EOD
1 4.5975
2 4.49573
3 4.40994
4 4.37192
5 4.35131
EOD
$d25 << EOD
1 4.61983
2 4.54752
3 4.49331
4 4.44732
5 4.4183
EOD
$d26 << EOD
1 4.60912
2 4.52922
3 4.46295
4 4.41612
5 4.39116
EOD
set multiplot layout 1,3 margins 0.0875,0.9812,0.1758,0.8121 spacing 0.0875,0.2788
set title 'ResNet-18' offset 0,-0.5 noenhanced
set xlabel 'epoch' offset 0,0.5 noenhanced
unset logscale x
set format x '%g'
set xrange [*:*]
set xtics 1 enhanced
set ylabel 'training loss, nat' noenhanced
unset logscale y
set format y '%g'
set yrange [*:*]
set ytics autofreq enhanced
plot $d0 using 1:2 with lines linecolor '#000000' dashtype 1 linewidth 0.8 notitle, \
  $d1 using 1:2 with lines linecolor '#000000' dashtype 1 linewidth 0.8 notitle, \
  $d2 using 1:2 with lines linecolor '#000000' dashtype 1 linewidth 1.8 notitle, \
  $d3 using 1:2 with lines linecolor '#0072B2' dashtype (12,5) linewidth 0.8 notitle, \
  $d4 using 1:2 with lines linecolor '#0072B2' dashtype (12,5) linewidth 0.8 notitle, \
  $d5 using 1:2 with lines linecolor '#0072B2' dashtype (12,5) linewidth 1.8 notitle, \
  $d6 using 1:2 with lines linecolor '#D55E00' dashtype (3,4) linewidth 0.8 notitle, \
  $d7 using 1:2 with lines linecolor '#D55E00' dashtype (3,4) linewidth 0.8 notitle, \
  $d8 using 1:2 with lines linecolor '#D55E00' dashtype (3,4) linewidth 1.8 notitle
set title 'WideResNet-28-10' offset 0,-0.5 noenhanced
set xlabel 'epoch' offset 0,0.5 noenhanced
unset logscale x
set format x '%g'
set xrange [*:*]
set xtics 1 enhanced
set ylabel 'training loss, nat' noenhanced
unset logscale y
set format y '%g'
set yrange [*:*]
set ytics autofreq enhanced
plot $d9 using 1:2 with lines linecolor '#000000' dashtype 1 linewidth 0.8 notitle, \
  $d10 using 1:2 with lines linecolor '#000000' dashtype 1 linewidth 0.8 notitle, \
  $d11 using 1:2 with lines linecolor '#000000' dashtype 1 linewidth 1.8 notitle, \
  $d12 using 1:2 with lines linecolor '#0072B2' dashtype (12,5) linewidth 0.8 notitle, \
  $d13 using 1:2 with lines linecolor '#0072B2' dashtype (12,5) linewidth 0.8 notitle, \
  $d14 using 1:2 with lines linecolor '#0072B2' dashtype (12,5) linewidth 1.8 notitle, \
  $d15 using 1:2 with lines linecolor '#D55E00' dashtype (3,4) linewidth 0.8 notitle, \
  $d16 using 1:2 with lines linecolor '#D55E00' dashtype (3,4) linewidth 0.8 notitle, \
  $d17 using 1:2 with lines linecolor '#D55E00' dashtype (3,4) linewidth 1.8 notitle
set title 'PyramidNet-110' offset 0,-0.5 noenhanced
set xlabel 'epoch' offset 0,0.5 noenhanced
unset logscale x
set format x '%g'
set xrange [*:*]
set xtics 1 enhanced
set ylabel 'training loss, nat' noenhanced
unset logscale y
set format y '%g'
set yrange [*:*]
set ytics autofreq enhanced
plot $d18 using 1:2 with lines linecolor '#000000' dashtype 1 linewidth 0.8 notitle, \
  $d19 using 1:2 with lines linecolor '#000000' dashtype 1 linewidth 0.8 notitle, \
  $d20 using 1:2 with lines linecolor '#000000' dashtype 1 linewidth 1.8 notitle, \
  $d21 using 1:2 with lines linecolor '#0072B2' dashtype (12,5) linewidth 0.8 notitle, \
  $d22 using 1:2 with lines linecolor '#0072B2' dashtype (12,5) linewidth 0.8 notitle, \
  $d23 using 1:2 with lines linecolor '#0072B2' dashtype (12,5) linewidth 1.8 notitle, \
  $d24 using 1:2 with lines linecolor '#D55E00' dashtype (3,4) linewidth 0.8 notitle, \
  $d25 using 1:2 with lines linecolor '#D55E00' dashtype (3,4) linewidth 0.8 notitle, \
  $d26 using 1:2 with lines linecolor '#D55E00' dashtype (3,4) linewidth 1.8 notitle
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
  keyentry with lines linecolor '#000000' dashtype 1 linewidth 1.8 title 'SGD', \
  keyentry with lines linecolor '#0072B2' dashtype (12,5) linewidth 1.8 title 'SAM', \
  keyentry with lines linecolor '#D55E00' dashtype (3,4) linewidth 1.8 title 'vSAM'
unset multiplot
