# Drawn by: gnuplot -d FILE > figure.svg
set terminal svg size 680,282 font 'Helvetica,13' dashlength 0.8 background '#ffffff' name 'figure'
set encoding utf8
set border 3 linewidth 0.8
set tics nomirror out scale 0.6
set grid linetype 1 linecolor '#dddddd' linewidth 0.5
set key off
$d0 << EOD
1 -0.6
1 2.6
EOD
$d1 << EOD
1.2 2.13
1.37083 1.13
1.37083 0.13
1.2 1.88
1.37083 0.88
1.37083 -0.12
EOD
$d2 << EOD
1.17865 2.19 1.12047 1.23684
1.34762 1.19 1.28162 1.41361
1.40662 0.19 1.33718 1.47605
1.2109 1.94 1.14755 1.27424
1.39629 0.94 1.32372 1.46886
1.40411 -0.06 1.33108 1.47715
EOD
$d3 << EOD
1.16775 2.07 1.06807 1.26743
1.48148 1.07 1.3818 1.58116
1.4253 0.07 1.32562 1.52498
1.2124 1.82 1.11272 1.31208
1.41409 0.82 1.31441 1.51377
1.42199 -0.18 1.3223 1.52167
EOD
set multiplot layout 1,1 margins 0.1235,0.9735,0.2057,0.7801 spacing 0.1235,0.3262
set title 'ResNet-18' offset 0,-0.5 noenhanced
set xlabel 'gradients per step, c' offset 0,0.5 noenhanced
unset logscale x
set format x '%g'
set xrange [0.8:2.2]
set xtics 0.2 enhanced
set ylabel '' noenhanced
unset logscale y
set format y '%g'
set yrange [-0.6:2.6]
set ytics ('vSAM-A' 0, 'vSAM' 1, 'SAM-5' 2) noenhanced
plot $d0 using 1:2 with lines linecolor '#7F7F7F' dashtype (16,4,3,4,3,4) linewidth 0.8 notitle, \
  $d1 using 1:2 with points pointtype '|' textcolor '#000000' font ',15' notitle, \
  $d2 using 1:2:3:4 with xerrorbars pointtype 8 pointsize 0.9 linewidth 1.2 linecolor '#D55E00' notitle, \
  $d3 using 1:2:3:4 with xerrorbars pointtype 5 pointsize 0.9 linewidth 1.2 linecolor '#0072B2' notitle
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
