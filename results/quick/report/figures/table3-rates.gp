# Drawn by: gnuplot FILE > figure.svg
set terminal svg size 960,340 font 'Helvetica,13' dashlength 0.8 background '#ffffff' name 'figure'
set encoding utf8
set border 3 linewidth 0.8
set tics nomirror out scale 0.6
set grid linetype 1 linecolor '#dddddd' linewidth 0.5
set key off
$d0 << EOD
5 1
15 1
25 1
35 1
45 0.2
55 0.1
65 0.2
75 0
85 0.1
95 0.1
105 0.1
115 0.2
EOD
$d1 << EOD
10 0.1
20 0.1
30 0.1
40 0.1
50 0.118859
60 0.138497
70 0.136432
80 0.134399
90 0.131928
100 0.132112
110 0.134821
120 0.130987
EOD
$d2 << EOD
0 0.8
120 0.8
EOD
$d3 << EOD
5 1
15 1
25 1
35 1
45 0.2
55 0.1
65 0.2
75 0
85 0.1
95 0.1
105 0.4
115 0.3
EOD
$d4 << EOD
10 0.1
20 0.1
30 0.1
40 0.1
50 0.104772
60 0.122801
70 0.142217
80 0.164702
90 0.193973
100 0.2267
110 0.249577
120 0.244977
EOD
$d5 << EOD
0 0.8
120 0.8
EOD
$d6 << EOD
5 1
15 1
25 1
35 1
45 0.2
55 0.1
65 0.2
75 0
85 0.1
95 0.1
105 0.1
115 0.1
EOD
$d7 << EOD
10 0.1
20 0.1
30 0.1
40 0.1
50 0.116732
60 0.118827
70 0.117374
80 0.115938
90 0.113477
100 0.109555
110 0.106114
120 0.103177
EOD
$d8 << EOD
0 0.8
120 0.8
EOD
set multiplot layout 1,3 margins 0.0875,0.9812,0.1706,0.8176 spacing 0.0875,0.2706
set title 'ResNet-18' offset 0,-0.5
set xlabel 'iteration' offset 0,0.5
unset logscale x
set format x '%g'
set xrange [0:*]
set xtics autofreq
set ylabel 'share sampled'
unset logscale y
set format y '%g'
set yrange [0:1.05]
set ytics autofreq
plot $d0 using 1:2 with points pointtype 8 pointsize 0.9 linewidth 1.2 linecolor '#D55E00' notitle, \
  $d1 using 1:2 with steps linecolor '#000000' dashtype 1 linewidth 1.8 notitle, \
  $d2 using 1:2 with lines linecolor '#0072B2' dashtype (12,5) linewidth 0.8 notitle
set title 'WideResNet-28-10' offset 0,-0.5
set xlabel 'iteration' offset 0,0.5
unset logscale x
set format x '%g'
set xrange [0:*]
set xtics autofreq
set ylabel 'share sampled'
unset logscale y
set format y '%g'
set yrange [0:1.05]
set ytics autofreq
plot $d3 using 1:2 with points pointtype 8 pointsize 0.9 linewidth 1.2 linecolor '#D55E00' notitle, \
  $d4 using 1:2 with steps linecolor '#000000' dashtype 1 linewidth 1.8 notitle, \
  $d5 using 1:2 with lines linecolor '#0072B2' dashtype (12,5) linewidth 0.8 notitle
set title 'PyramidNet-110' offset 0,-0.5
set xlabel 'iteration' offset 0,0.5
unset logscale x
set format x '%g'
set xrange [0:*]
set xtics autofreq
set ylabel 'share sampled'
unset logscale y
set format y '%g'
set yrange [0:1.05]
set ytics autofreq
plot $d6 using 1:2 with points pointtype 8 pointsize 0.9 linewidth 1.2 linecolor '#D55E00' notitle, \
  $d7 using 1:2 with steps linecolor '#000000' dashtype 1 linewidth 1.8 notitle, \
  $d8 using 1:2 with lines linecolor '#0072B2' dashtype (12,5) linewidth 0.8 notitle
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
  keyentry with points pointtype 8 pointsize 0.9 linewidth 1.2 linecolor '#D55E00' title 'realised', \
  keyentry with lines linecolor '#000000' dashtype 1 linewidth 1.8 title 'planned p', \
  keyentry with lines linecolor '#0072B2' dashtype (12,5) linewidth 0.8 title 'cap'
unset multiplot
