# Drawn by: gnuplot -d FILE > figure.svg
set terminal svg size 680,194 font 'Helvetica,13' dashlength 0.8 background '#ffffff' name 'figure'
set encoding utf8
set border 3 linewidth 0.8
set tics nomirror out scale 0.6
set grid linetype 1 linecolor '#dddddd' linewidth 0.5
set key off
$d0 << EOD
1 -0.6
1 0.6
EOD
$d1 << EOD
1.37083 0.13
EOD
$d2 << EOD
1.17278 0.19 1.12501 1.22056
EOD
$d3 << EOD
1.40035 0.07 1.36871 1.43198
EOD
$d4 << EOD
1 -0.6
1 0.6
EOD
$d5 << EOD
1.3875 0.13
EOD
$d6 << EOD
1.30572 0.19 1.25798 1.35346
EOD
$d7 << EOD
1.42216 0.07 1.21105 1.63328
EOD
set multiplot layout 1,2 margins 0.1294,0.9735,0.2990,0.6804 spacing 0.1294,0.4742
set title 'ResNet-18' offset 0,-0.5 noenhanced
set xlabel 'gradients per step, c' offset 0,0.5 noenhanced
unset logscale x
set format x '%g'
set xrange [0.8:2.2]
set xtics 0.2 enhanced
set ylabel '' noenhanced
unset logscale y
set format y '%g'
set yrange [-0.6:0.6]
set ytics ('LSQ+vSAM' 0) noenhanced
plot $d0 using 1:2 with lines linecolor '#7F7F7F' dashtype (16,4,3,4,3,4) linewidth 0.8 notitle, \
  $d1 using 1:2 with points pointtype '|' textcolor '#000000' font ',15' notitle, \
  $d2 using 1:2:3:4 with xerrorbars pointtype 8 pointsize 0.9 linewidth 1.2 linecolor '#D55E00' notitle, \
  $d3 using 1:2:3:4 with xerrorbars pointtype 5 pointsize 0.9 linewidth 1.2 linecolor '#0072B2' notitle
set title 'MobileNet' offset 0,-0.5 noenhanced
set xlabel 'gradients per step, c' offset 0,0.5 noenhanced
unset logscale x
set format x '%g'
set xrange [0.8:2.2]
set xtics 0.2 enhanced
set ylabel '' noenhanced
unset logscale y
set format y '%g'
set yrange [-0.6:0.6]
set ytics ('LSQ+vSAM' 0) noenhanced
plot $d4 using 1:2 with lines linecolor '#7F7F7F' dashtype (16,4,3,4,3,4) linewidth 0.8 notitle, \
  $d5 using 1:2 with points pointtype '|' textcolor '#000000' font ',15' notitle, \
  $d6 using 1:2:3:4 with xerrorbars pointtype 8 pointsize 0.9 linewidth 1.2 linecolor '#D55E00' notitle, \
  $d7 using 1:2:3:4 with xerrorbars pointtype 5 pointsize 0.9 linewidth 1.2 linecolor '#0072B2' notitle
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
  keyentry with points pointtype '|' textcolor '#000000' font ',15' title 'counted', \
  keyentry with points pointtype 8 pointsize 0.9 linewidth 1.2 linecolor '#D55E00' title 'paper, 95 %', \
  keyentry with points pointtype 5 pointsize 0.9 linewidth 1.2 linecolor '#0072B2' title 'here, 95 %'
unset multiplot
