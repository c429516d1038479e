# Drawn by: gnuplot -d FILE > figure.svg
set terminal svg size 640,330 font 'Helvetica,13' dashlength 0.8 background '#ffffff' name 'figure'
set encoding utf8
set border 3 linewidth 0.8
set tics nomirror out scale 0.6
set grid linetype 1 linecolor '#dddddd' linewidth 0.5
set key off
$d0 << EOD
1 2.25
2 2
EOD
$d1 << EOD
1 2.25
2 2
EOD
$d2 << EOD
1 2.25
2 2
EOD
$d3 << EOD
1 2.25
2 2
EOD
$d4 << EOD
1 2.25
2 2
EOD
$d5 << EOD
1 2.25
2 2
EOD
$d6 << EOD
1 2.25
2 2
EOD
$d7 << EOD
1 2.25
2 2
EOD
$d8 << EOD
1 2.25
2 2
EOD
set multiplot layout 1,1 margins 0.1313,0.9719,0.1758,0.8121 spacing 0.1313,0.2788
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
