# Drawn by: gnuplot -d FILE > figure.svg
set terminal svg size 960,340 font 'Helvetica,13' dashlength 0.8 background '#ffffff' name 'figure'
set encoding utf8
set border 3 linewidth 0.8
set tics nomirror out scale 0.6
set grid linetype 1 linecolor '#dddddd' linewidth 0.5
set key off
$d0 << EOD
5 1
15 1
25 0.6
35 0
45 0.2
55 0.1
65 0.2
75 0
EOD
$d1 << EOD
10 0.1
20 0.1
30 0.101817
40 0.103668
50 0.101685
60 0.102434
70 0.100357
80 0.1
EOD
$d2 << EOD
0 0.8
80 0.8
EOD
$d3 << EOD
5 1
15 1
25 0.6
35 0
45 0.2
55 0.1
65 0.2
75 0
EOD
$d4 << EOD
10 0.1
20 0.1
30 0.1
40 0.1
50 0.1
60 0.107798
70 0.14309
80 0.189936
EOD
$d5 << EOD
0 0.8
80 0.8
EOD
$d6 << EOD
5 1
15 1
25 0.6
35 0
45 0.2
55 0.1
65 0.2
75 0
EOD
$d7 << EOD
10 0.1
20 0.1
30 0.1
40 0.1
50 0.101083
60 0.100275
70 0.103365
80 0.10655
EOD
$d8 << EOD
0 0.8
80 0.8
EOD
set multiplot layout 1,3 margins 0.0875,0.9812,0.1706,0.8176 spacing 0.0875,0.2706
set title 'ResNet-18' offset 0,-0.5 noenhanced
set xlabel 'iteration' offset 0,0.5 noenhanced
unset logscale x
set format x '%g'
set xrange [0:*]
set xtics autofreq enhanced
set ylabel 'share sampled' noenhanced
unset logscale y
set format y '%g'
set yrange [0:1.05]
set ytics autofreq enhanced
plot $d0 using 1:2 with points pointtype 8 pointsize 0.9 linewidth 1.2 linecolor '#D55E00' notitle, \
  $d1 using 1:2 with steps linecolor '#000000' dashtype 1 linewidth 1.8 notitle, \
  $d2 using 1:2 with lines linecolor '#0072B2' dashtype (12,5) linewidth 0.8 notitle
set title 'WideResNet-28-10' offset 0,-0.5 noenhanced
set xlabel 'iteration' offset 0,0.5 noenhanced
unset logscale x
set format x '%g'
set xrange [0:*]
set xtics autofreq enhanced
set ylabel 'share sampled' noenhanced
unset logscale y
set format y '%g'
set yrange [0:1.05]
set ytics autofreq enhanced
plot $d3 using 1:2 with points pointtype 8 pointsize 0.9 linewidth 1.2 linecolor '#D55E00' notitle, \
  $d4 using 1:2 with steps linecolor '#000000' dashtype 1 linewidth 1.8 notitle, \
  $d5 using 1:2 with lines linecolor '#0072B2' dashtype (12,5) linewidth 0.8 notitle
set title 'PyramidNet-110' offset 0,-0.5 noenhanced
set xlabel 'iteration' offset 0,0.5 noenhanced
unset logscale x
set format x '%g'
set xrange [0:*]
set xtics autofreq enhanced
set ylabel 'share sampled' noenhanced
unset logscale y
set format y '%g'
set yrange [0:1.05]
set ytics autofreq enhanced
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
set key on at screen 0.5,0.995 center top horizontal samplen 3 width 2 noenhanced
plot NaN notitle, \
  keyentry with points pointtype 8 pointsize 0.9 linewidth 1.2 linecolor '#D55E00' title 'realized', \
  keyentry with lines linecolor '#000000' dashtype 1 linewidth 1.8 title 'planned p', \
  keyentry with lines linecolor '#0072B2' dashtype (12,5) linewidth 0.8 title 'cap'
unset multiplot
