# Drawn by: gnuplot FILE > figure.svg
set terminal svg size 960,560 font 'Helvetica,13' dashlength 0.8 background '#ffffff' name 'figure'
set encoding utf8
set border 3 linewidth 0.8
set tics nomirror out scale 0.6
set grid linetype 1 linecolor '#dddddd' linewidth 0.5
set key off
$d0 << EOD
1 4.62792 4.67059
2 4.43073 4.49286
3 4.28438 4.34349
4 4.16147 4.21522
5 4.05813 4.13775
EOD
$d1 << EOD
1 4.64944
2 4.45791
3 4.30837
4 4.19187
5 4.10631
EOD
$d2 << EOD
1 4.63235 4.67364
2 4.45785 4.55657
3 4.33836 4.46232
4 4.25754 4.38425
5 4.19613 4.31959
EOD
$d3 << EOD
1 4.65887
2 4.52278
3 4.41318
4 4.32619
5 4.25695
EOD
$d4 << EOD
1 4.63235 4.67364
2 4.45811 4.55653
3 4.33833 4.4587
4 4.25132 4.37416
5 4.18306 4.30343
EOD
$d5 << EOD
1 4.65887
2 4.52282
3 4.41052
4 4.31742
5 4.24237
EOD
$d6 << EOD
1 4.59185 4.61199
2 4.42583 4.46124
3 4.31262 4.33749
4 4.2312 4.26263
5 4.20435 4.20825
EOD
$d7 << EOD
1 4.60288
2 4.44615
3 4.32883
4 4.24761
5 4.206
EOD
$d8 << EOD
1 4.59999 4.61834
2 4.46324 4.51856
3 4.35034 4.42865
4 4.27609 4.35175
5 4.25224 4.30232
EOD
$d9 << EOD
1 4.61059
2 4.48874
3 4.3887
4 4.31565
5 4.27547
EOD
$d10 << EOD
1 4.59999 4.61834
2 4.4633 4.51851
3 4.34702 4.42698
4 4.27049 4.34664
5 4.24479 4.29702
EOD
$d11 << EOD
1 4.61059
2 4.48886
3 4.38579
4 4.31
5 4.26836
EOD
$d12 << EOD
1 4.58804 4.61298
2 4.45489 4.50805
3 4.36813 4.4144
4 4.32257 4.34701
5 4.29542 4.3259
EOD
$d13 << EOD
1 4.60233
2 4.48993
3 4.39799
4 4.33869
5 4.31136
EOD
$d14 << EOD
1 4.59757 4.61975
2 4.49595 4.54711
3 4.41243 4.49557
4 4.37614 4.45263
5 4.35674 4.42553
EOD
$d15 << EOD
1 4.60914
2 4.52933
3 4.46554
4 4.4229
5 4.40006
EOD
$d16 << EOD
1 4.59757 4.61975
2 4.49636 4.54686
3 4.41078 4.49433
4 4.37245 4.44872
5 4.35207 4.42006
EOD
$d17 << EOD
1 4.60914
2 4.52932
3 4.46303
4 4.41613
5 4.39136
EOD
$d18 << EOD
1 1.5 2.3
2 2.7 4.5
3 2.9 3.6
4 3.4 4.6
5 4.1 4.9
EOD
$d19 << EOD
1 1.86667
2 3.36667
3 3.16667
4 4.13333
5 4.5
EOD
$d20 << EOD
1 0.6 2.4
2 1.9 2.2
3 2.5 3.7
4 2.7 3.7
5 2.6 4.2
EOD
$d21 << EOD
1 1.4
2 2.06667
3 3.03333
4 3.33333
5 3.63333
EOD
$d22 << EOD
1 0.6 2.4
2 1.5 2.2
3 2.2 3.6
4 2.8 4.1
5 3.3 4.2
EOD
$d23 << EOD
1 1.4
2 1.86667
3 2.96667
4 3.46667
5 3.8
EOD
$d24 << EOD
1 1.9 3.7
2 2.5 4
3 4.3 4.5
4 4.5 5.5
5 4.6 5.4
EOD
$d25 << EOD
1 3.03333
2 3.46667
3 4.36667
4 4.83333
5 5
EOD
$d26 << EOD
1 1.4 3.5
2 3 3.7
3 3.7 4.1
4 3.7 4.3
5 3.5 4.5
EOD
$d27 << EOD
1 2.33333
2 3.26667
3 3.9
4 3.96667
5 4
EOD
$d28 << EOD
1 1.4 3.5
2 3 3.8
3 3.7 3.9
4 3.8 4.1
5 3.6 4.5
EOD
$d29 << EOD
1 2.33333
2 3.3
3 3.8
4 4
5 4.1
EOD
$d30 << EOD
1 1.7 3.5
2 3 3.4
3 3.7 4.3
4 3.7 4.5
5 3.5 4.5
EOD
$d31 << EOD
1 2.56667
2 3.23333
3 3.93333
4 4.06667
5 4.03333
EOD
$d32 << EOD
1 1.3 3.1
2 2.4 3.1
3 2.9 3.6
4 3.2 3.4
5 3.3 3.9
EOD
$d33 << EOD
1 2
2 2.83333
3 3.3
4 3.26667
5 3.56667
EOD
$d34 << EOD
1 1.3 3.1
2 2.7 3.1
3 3 3.6
4 3.4 3.9
5 3.2 4.2
EOD
$d35 << EOD
1 2
2 2.9
3 3.23333
4 3.56667
5 3.56667
EOD
set multiplot layout 2,3 margins 0.0875,0.9812,0.1036,0.8893 spacing 0.0875,0.1643
set title 'ResNet-18' offset 0,-0.5
set xlabel 'epoch' offset 0,0.5
unset logscale x
set format x '%g'
set xrange [*:*]
set xtics 1
set ylabel 'training loss, nat'
unset logscale y
set format y '%g'
set yrange [*:*]
set ytics autofreq
plot $d0 using 1:2:3 with filledcurves fillcolor '#000000' fillstyle transparent solid 0.15 noborder notitle, \
  $d1 using 1:2 with lines linecolor '#000000' dashtype 1 linewidth 1.8 notitle, \
  $d2 using 1:2:3 with filledcurves fillcolor '#0072B2' fillstyle transparent solid 0.15 noborder notitle, \
  $d3 using 1:2 with lines linecolor '#0072B2' dashtype (12,5) linewidth 1.8 notitle, \
  $d4 using 1:2:3 with filledcurves fillcolor '#D55E00' fillstyle transparent solid 0.15 noborder notitle, \
  $d5 using 1:2 with lines linecolor '#D55E00' dashtype (3,4) linewidth 1.8 notitle
set title 'WideResNet-28-10' offset 0,-0.5
set xlabel 'epoch' offset 0,0.5
unset logscale x
set format x '%g'
set xrange [*:*]
set xtics 1
set ylabel 'training loss, nat'
unset logscale y
set format y '%g'
set yrange [*:*]
set ytics autofreq
plot $d6 using 1:2:3 with filledcurves fillcolor '#000000' fillstyle transparent solid 0.15 noborder notitle, \
  $d7 using 1:2 with lines linecolor '#000000' dashtype 1 linewidth 1.8 notitle, \
  $d8 using 1:2:3 with filledcurves fillcolor '#0072B2' fillstyle transparent solid 0.15 noborder notitle, \
  $d9 using 1:2 with lines linecolor '#0072B2' dashtype (12,5) linewidth 1.8 notitle, \
  $d10 using 1:2:3 with filledcurves fillcolor '#D55E00' fillstyle transparent solid 0.15 noborder notitle, \
  $d11 using 1:2 with lines linecolor '#D55E00' dashtype (3,4) linewidth 1.8 notitle
set title 'PyramidNet-110' offset 0,-0.5
set xlabel 'epoch' offset 0,0.5
unset logscale x
set format x '%g'
set xrange [*:*]
set xtics 1
set ylabel 'training loss, nat'
unset logscale y
set format y '%g'
set yrange [*:*]
set ytics autofreq
plot $d12 using 1:2:3 with filledcurves fillcolor '#000000' fillstyle transparent solid 0.15 noborder notitle, \
  $d13 using 1:2 with lines linecolor '#000000' dashtype 1 linewidth 1.8 notitle, \
  $d14 using 1:2:3 with filledcurves fillcolor '#0072B2' fillstyle transparent solid 0.15 noborder notitle, \
  $d15 using 1:2 with lines linecolor '#0072B2' dashtype (12,5) linewidth 1.8 notitle, \
  $d16 using 1:2:3 with filledcurves fillcolor '#D55E00' fillstyle transparent solid 0.15 noborder notitle, \
  $d17 using 1:2 with lines linecolor '#D55E00' dashtype (3,4) linewidth 1.8 notitle
set title 'ResNet-18' offset 0,-0.5
set xlabel 'epoch' offset 0,0.5
unset logscale x
set format x '%g'
set xrange [*:*]
set xtics 1
set ylabel 'test accuracy, %'
unset logscale y
set format y '%g'
set yrange [*:*]
set ytics autofreq
plot $d18 using 1:2:3 with filledcurves fillcolor '#000000' fillstyle transparent solid 0.15 noborder notitle, \
  $d19 using 1:2 with lines linecolor '#000000' dashtype 1 linewidth 1.8 notitle, \
  $d20 using 1:2:3 with filledcurves fillcolor '#0072B2' fillstyle transparent solid 0.15 noborder notitle, \
  $d21 using 1:2 with lines linecolor '#0072B2' dashtype (12,5) linewidth 1.8 notitle, \
  $d22 using 1:2:3 with filledcurves fillcolor '#D55E00' fillstyle transparent solid 0.15 noborder notitle, \
  $d23 using 1:2 with lines linecolor '#D55E00' dashtype (3,4) linewidth 1.8 notitle
set title 'WideResNet-28-10' offset 0,-0.5
set xlabel 'epoch' offset 0,0.5
unset logscale x
set format x '%g'
set xrange [*:*]
set xtics 1
set ylabel 'test accuracy, %'
unset logscale y
set format y '%g'
set yrange [*:*]
set ytics autofreq
plot $d24 using 1:2:3 with filledcurves fillcolor '#000000' fillstyle transparent solid 0.15 noborder notitle, \
  $d25 using 1:2 with lines linecolor '#000000' dashtype 1 linewidth 1.8 notitle, \
  $d26 using 1:2:3 with filledcurves fillcolor '#0072B2' fillstyle transparent solid 0.15 noborder notitle, \
  $d27 using 1:2 with lines linecolor '#0072B2' dashtype (12,5) linewidth 1.8 notitle, \
  $d28 using 1:2:3 with filledcurves fillcolor '#D55E00' fillstyle transparent solid 0.15 noborder notitle, \
  $d29 using 1:2 with lines linecolor '#D55E00' dashtype (3,4) linewidth 1.8 notitle
set title 'PyramidNet-110' offset 0,-0.5
set xlabel 'epoch' offset 0,0.5
unset logscale x
set format x '%g'
set xrange [*:*]
set xtics 1
set ylabel 'test accuracy, %'
unset logscale y
set format y '%g'
set yrange [*:*]
set ytics autofreq
plot $d30 using 1:2:3 with filledcurves fillcolor '#000000' fillstyle transparent solid 0.15 noborder notitle, \
  $d31 using 1:2 with lines linecolor '#000000' dashtype 1 linewidth 1.8 notitle, \
  $d32 using 1:2:3 with filledcurves fillcolor '#0072B2' fillstyle transparent solid 0.15 noborder notitle, \
  $d33 using 1:2 with lines linecolor '#0072B2' dashtype (12,5) linewidth 1.8 notitle, \
  $d34 using 1:2:3 with filledcurves fillcolor '#D55E00' fillstyle transparent solid 0.15 noborder notitle, \
  $d35 using 1:2 with lines linecolor '#D55E00' dashtype (3,4) linewidth 1.8 notitle
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
set key on at screen 0.5,0.995 center top horizontal samplen 3 width 2
plot NaN notitle, \
  keyentry with lines linecolor '#000000' dashtype 1 linewidth 1.8 title 'SGD', \
  keyentry with lines linecolor '#0072B2' dashtype (12,5) linewidth 1.8 title 'SAM', \
  keyentry with lines linecolor '#D55E00' dashtype (3,4) linewidth 1.8 title 'vSAM'
unset multiplot
