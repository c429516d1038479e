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
25 1
35 1
45 0.2
55 0.1
65 0.2
75 0
85 0.1
95 0.1
105 0.2
115 0.2
EOD
$d1 << EOD
10 0.1
20 0.1
30 0.1
40 0.1
50 0.122836
60 0.149252
70 0.149195
80 0.149137
90 0.150115
100 0.152533
110 0.151873
120 0.150913
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
50 0.106711
60 0.12091
70 0.135389
80 0.151603
90 0.175293
100 0.199694
110 0.215909
120 0.219037
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
50 0.113506
60 0.115951
70 0.115202
80 0.114457
90 0.112449
100 0.108867
110 0.105925
120 0.102884
EOD
$d8 << EOD
0 0.8
120 0.8
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
