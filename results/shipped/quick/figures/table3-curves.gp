# Drawn by: gnuplot -d FILE > figure.svg
set terminal svg size 960,330 font 'Helvetica,13' dashlength 0.8 background '#ffffff' name 'figure'
set encoding utf8
set border 3 linewidth 0.8
set tics nomirror out scale 0.6
set grid linetype 1 linecolor '#dddddd' linewidth 0.5
set key off
$d0 << EOD
1 4.62995
2 4.43824
3 4.24069
4 4.10723
5 4.03087
EOD
$d1 << EOD
1 4.66158
2 4.53259
3 4.35281
4 4.24143
5 4.15291
EOD
$d2 << EOD
1 4.64368
2 4.48249
3 4.30562
4 4.18311
5 4.09416
EOD
$d3 << EOD
1 4.62004
2 4.43223
3 4.27647
4 4.14138
5 4.07866
EOD
$d4 << EOD
1 4.66511
2 4.57104
3 4.46872
4 4.39366
5 4.33414
EOD
$d5 << EOD
1 4.64212
2 4.49739
3 4.3734
4 4.27106
5 4.20678
EOD
$d6 << EOD
1 4.62004
2 4.43129
3 4.27538
4 4.1287
5 4.06172
EOD
$d7 << EOD
1 4.66511
2 4.5712
3 4.4651
4 4.38146
5 4.3129
EOD
$d8 << EOD
1 4.64212
2 4.49682
3 4.37116
4 4.25943
5 4.18854
EOD
$d9 << EOD
1 4.60908
2 4.49067
3 4.37106
4 4.30589
5 4.2708
EOD
$d10 << EOD
1 4.63344
2 4.52583
3 4.44262
4 4.36412
5 4.32384
EOD
$d11 << EOD
1 4.62233
2 4.50327
3 4.4005
4 4.33256
5 4.29537
EOD
$d12 << EOD
1 4.61131
2 4.50489
3 4.42476
4 4.36444
5 4.32777
EOD
$d13 << EOD
1 4.63138
2 4.5507
3 4.48223
4 4.41896
5 4.38017
EOD
$d14 << EOD
1 4.62221
2 4.52323
3 4.44426
4 4.38629
5 4.35179
EOD
$d15 << EOD
1 4.61131
2 4.50489
3 4.42316
4 4.35724
5 4.31871
EOD
$d16 << EOD
1 4.63138
2 4.5504
3 4.48014
4 4.4126
5 4.37471
EOD
$d17 << EOD
1 4.62221
2 4.52314
3 4.44372
4 4.3817
5 4.34736
EOD
$d18 << EOD
1 4.61774
2 4.50165
3 4.41191
4 4.36794
5 4.3405
EOD
$d19 << EOD
1 4.62153
2 4.55354
3 4.48986
4 4.43988
5 4.40685
EOD
$d20 << EOD
1 4.61995
2 4.53001
3 4.45365
4 4.40502
5 4.37758
EOD
$d21 << EOD
1 4.62291
2 4.53364
3 4.46088
4 4.41868
5 4.39481
EOD
$d22 << EOD
1 4.62551
2 4.56699
3 4.52843
4 4.50191
5 4.48034
EOD
$d23 << EOD
1 4.62392
2 4.55403
3 4.50135
4 4.46691
5 4.44552
EOD
$d24 << EOD
1 4.62291
2 4.53378
3 4.46237
4 4.41709
5 4.39144
EOD
$d25 << EOD
1 4.62551
2 4.56695
3 4.52585
4 4.49348
5 4.46786
EOD
$d26 << EOD
1 4.62392
2 4.55411
3 4.50091
4 4.46149
5 4.43698
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
