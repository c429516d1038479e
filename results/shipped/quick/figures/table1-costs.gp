# Drawn by: gnuplot -d FILE > figure.svg
set terminal svg size 680,370 font 'Helvetica,13' dashlength 0.8 background '#ffffff' name 'figure'
set encoding utf8
set border 3 linewidth 0.8
set tics nomirror out scale 0.6
set grid linetype 1 linecolor '#dddddd' linewidth 0.5
set key off
$d0 << EOD
1 -0.6
1 4.6
EOD
$d1 << EOD
1.37083 4.13
1.37083 3.13
1.37083 2.13
1.37083 1.13
1.37083 0.13
EOD
$d2 << EOD
1.11763 4.19 1.07313 1.16214
1.46795 3.19 1.40552 1.53038
1.39445 2.19 1.3368 1.4521
1.67746 1.19 1.59896 1.75595
1.52716 0.19 1.46054 1.59378
EOD
$d3 << EOD
1.39883 4.07 1.26413 1.53352
1.4242 3.07 1.2895 1.55889
1.42936 2.07 1.29467 1.56406
1.39266 1.07 1.25796 1.52735
1.41767 0.07 1.28297 1.55237
EOD
set multiplot layout 1,1 margins 0.1235,0.9735,0.1568,0.8324 spacing 0.1235,0.2486
set title 'WideResNet-28-10' offset 0,-0.5 noenhanced
set xlabel 'gradients per step, c' offset 0,0.5 noenhanced
unset logscale x
set format x '%g'
set xrange [0.8:2.2]
set xtics 0.2 enhanced
set ylabel '' noenhanced
unset logscale y
set format y '%g'
set yrange [-0.6:4.6]
set ytics ('0.2' 0, '0.15' 1, '0.13' 2, '0.1' 3, '0.05' 4) noenhanced
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
