# Drawn by: gnuplot FILE > figure.svg
set terminal svg size 680,212 font 'Helvetica,13' dashlength 0.8 background '#ffffff' name 'figure'
set encoding utf8
set border 3 linewidth 0.8
set tics nomirror out scale 0.6
set grid linetype 1 linecolor '#dddddd' linewidth 0.5
set key off
$d0 << EOD
166.667 2
142.586 1
142.586 0
EOD
$d1 << EOD
151 2
135 1
134 0
EOD
$d2 << EOD
168.839 2 150.397 187.28
143.391 1 104.537 182.244
143.924 0 97.3279 190.519
EOD
set multiplot layout 1,1 margins 0.1235,0.9735,0.2736,0.7075 spacing 0.1235,0.4340
set title 'ResNet-18' offset 0,-0.5
set xlabel 'speed, % of SAM' offset 0,0.5
unset logscale x
set format x '%g'
set xrange [80:230]
set xtics autofreq
set ylabel ''
unset logscale y
set format y '%g'
set yrange [-0.7:2.7]
set ytics ('vSAM-A' 0, 'vSAM' 1, 'SAM-5' 2)
plot $d0 using 1:2 with points pointtype 1 pointsize 2.2 linewidth 1.2 linecolor '#7F7F7F' notitle, \
  $d1 using 1:2 with points pointtype 8 pointsize 0.9 linewidth 1.2 linecolor '#D55E00' notitle, \
  $d2 using 1:2:3:4 with xerrorbars pointtype 7 pointsize 0.9 linewidth 1.2 linecolor '#000000' notitle
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
  keyentry with points pointtype 1 pointsize 2.2 linewidth 1.2 linecolor '#7F7F7F' title 'limit', \
  keyentry with points pointtype 8 pointsize 0.9 linewidth 1.2 linecolor '#D55E00' title 'paper', \
  keyentry with points pointtype 7 pointsize 0.9 linewidth 1.2 linecolor '#000000' title 'here, 95 %'
unset multiplot
