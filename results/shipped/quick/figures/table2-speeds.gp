# Drawn by: gnuplot FILE > figure.svg
set terminal svg size 680,236 font 'Helvetica,13' dashlength 0.8 background '#ffffff' name 'figure'
set encoding utf8
set border 3 linewidth 0.8
set tics nomirror out scale 0.6
set grid linetype 1 linecolor '#dddddd' linewidth 0.5
set key off
$d0 << EOD
142.857 3
142.857 2
143.13 1
143.13 0
EOD
$d1 << EOD
139.576 3 121.214 157.938
141.13 2 104.087 178.172
147.487 1 136.204 158.77
151.036 0 100.975 201.097
EOD
set multiplot layout 1,1 margins 0.1235,0.9735,0.2458,0.7373 spacing 0.1235,0.3898
set title 'WideResNet-28-10' offset 0,-0.5
set xlabel 'speed, % of SAM' offset 0,0.5
unset logscale x
set format x '%g'
set xrange [80:230]
set xtics autofreq
set ylabel ''
unset logscale y
set format y '%g'
set yrange [-0.7:3.7]
set ytics ('0.9' 0, '0.8' 1, '0.7' 2, '0.6' 3)
plot $d0 using 1:2 with points pointtype 1 pointsize 2.2 linewidth 1.2 linecolor '#7F7F7F' notitle, \
  $d1 using 1:2:3:4 with xerrorbars pointtype 7 pointsize 0.9 linewidth 1.2 linecolor '#000000' notitle
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
  keyentry with points pointtype 7 pointsize 0.9 linewidth 1.2 linecolor '#000000' title 'here, 95 %'
unset multiplot
