# Drawn by: gnuplot FILE > figure.svg
set terminal svg size 680,284 font 'Helvetica,13' dashlength 0.8 background '#ffffff' name 'figure'
set encoding utf8
set border 3 linewidth 0.8
set tics nomirror out scale 0.6
set grid linetype 1 linecolor '#dddddd' linewidth 0.5
set key off
$d0 << EOD
100 5
144.509 4
143.403 3
143.13 2
142.586 1
142.045 0
EOD
$d1 << EOD
100 5
174 4
134 3
141 2
118 1
129 0
EOD
$d2 << EOD
100 5 100 100
139.799 4 126.826 152.772
142.048 3 137.435 146.661
147.487 2 136.204 158.77
145.587 1 115.496 175.678
141.674 0 113.042 170.307
EOD
set multiplot layout 1,1 margins 0.1235,0.9735,0.2042,0.7817 spacing 0.1235,0.3239
set title 'WideResNet-28-10' offset 0,-0.5
set xlabel 'speed, % of SAM' offset 0,0.5
unset logscale x
set format x '%g'
set xrange [80:230]
set xtics autofreq
set ylabel ''
unset logscale y
set format y '%g'
set yrange [-0.7:5.7]
set ytics ('0.2' 0, '0.15' 1, '0.13' 2, '0.1' 3, '0.05' 4, 'SAM' 5)
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
