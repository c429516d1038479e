# Drawn by: gnuplot FILE > figure.svg
set terminal svg size 900,340 font 'Helvetica,13' dashlength 0.8 background '#ffffff' name 'figure'
set encoding utf8
set border 3 linewidth 0.8
set tics nomirror out scale 0.6
set grid linetype 1 linecolor '#dddddd' linewidth 0.5
set key off
$d0 << EOD
193 82.89
201 83.39
EOD
$d1 << EOD
193 82.89
201 83.39
EOD
$d2 << EOD
193 82.89 "SGD"
EOD
$d3 << EOD
100 84.45
100 85.76
EOD
$d4 << EOD
100 84.45
100 85.76
EOD
$d5 << EOD
100 84.45 "SAM"
EOD
$d6 << EOD
161 83.48
125 83.23
EOD
$d7 << EOD
161 83.48
125 83.23
EOD
$d8 << EOD
161 83.48 "LookSAM-5"
EOD
$d9 << EOD
142 84.49
116 85.39
EOD
$d10 << EOD
142 84.49
116 85.39
EOD
$d11 << EOD
142 84.49 "ESAM"
EOD
$d12 << EOD
185 82.33
180 83.23
EOD
$d13 << EOD
185 82.33
180 83.23
EOD
$d14 << EOD
185 82.33 "SAF"
EOD
$d15 << EOD
137 84.64
146 85.67
EOD
$d16 << EOD
137 84.64
146 85.67
EOD
$d17 << EOD
137 84.64 "vSAM"
EOD
$d18 << EOD
222.058 5.16667
207.115 4
EOD
$d19 << EOD
222.058 5.16667
207.115 4
EOD
$d20 << EOD
222.058 5.16667 "SGD"
EOD
$d21 << EOD
100 4.3
100 3.46667
EOD
$d22 << EOD
100 4.3
100 3.46667
EOD
$d23 << EOD
100 4.3 "SAM"
EOD
$d24 << EOD
161.506 2.83333
166.368 2.4
EOD
$d25 << EOD
161.506 2.83333
166.368 2.4
EOD
$d26 << EOD
161.506 2.83333 "LookSAM-5"
EOD
$d27 << EOD
115.776 3.7
118.511 3.2
EOD
$d28 << EOD
115.776 3.7
118.511 3.2
EOD
$d29 << EOD
115.776 3.7 "ESAM"
EOD
$d30 << EOD
192.987 5.1
194.934 4
EOD
$d31 << EOD
192.987 5.1
194.934 4
EOD
$d32 << EOD
192.987 5.1 "SAF"
EOD
$d33 << EOD
151.036 4.16667
134.995 3.53333
EOD
$d34 << EOD
151.036 4.16667
134.995 3.53333
EOD
$d35 << EOD
151.036 4.16667 "vSAM"
EOD
set multiplot layout 1,2 margins 0.0933,0.9800,0.1706,0.9000 spacing 0.0933,0.2706
set title 'paper' offset 0,-0.5
set xlabel 'speed, % of SAM' offset 0,0.5
unset logscale x
set format x '%g'
set xrange [80:250]
set xtics autofreq
set ylabel 'test accuracy, %'
unset logscale y
set format y '%g'
set yrange [*:*]
set ytics autofreq
plot $d0 using 1:2 with lines linecolor '#000000' dashtype 1 linewidth 0.8 notitle, \
  $d1 using 1:2 with points pointtype 6 pointsize 0.9 linewidth 1.2 linecolor '#000000' notitle, \
  $d2 using 1:2:3 with labels left offset 0.8,0.5 font ',10' notitle, \
  $d3 using 1:2 with lines linecolor '#0072B2' dashtype (12,5) linewidth 0.8 notitle, \
  $d4 using 1:2 with points pointtype 4 pointsize 0.9 linewidth 1.2 linecolor '#0072B2' notitle, \
  $d5 using 1:2:3 with labels left offset 0.8,0.5 font ',10' notitle, \
  $d6 using 1:2 with lines linecolor '#D55E00' dashtype (3,4) linewidth 0.8 notitle, \
  $d7 using 1:2 with points pointtype 8 pointsize 0.9 linewidth 1.2 linecolor '#D55E00' notitle, \
  $d8 using 1:2:3 with labels left offset 0.8,0.5 font ',10' notitle, \
  $d9 using 1:2 with lines linecolor '#009E73' dashtype (12,4,3,4) linewidth 0.8 notitle, \
  $d10 using 1:2 with points pointtype 10 pointsize 0.9 linewidth 1.2 linecolor '#009E73' notitle, \
  $d11 using 1:2:3 with labels left offset 0.8,0.5 font ',10' notitle, \
  $d12 using 1:2 with lines linecolor '#CC79A7' dashtype (20,6) linewidth 0.8 notitle, \
  $d13 using 1:2 with points pointtype 12 pointsize 0.9 linewidth 1.2 linecolor '#CC79A7' notitle, \
  $d14 using 1:2:3 with labels left offset 0.8,0.5 font ',10' notitle, \
  $d15 using 1:2 with lines linecolor '#56B4E9' dashtype (7,3) linewidth 0.8 notitle, \
  $d16 using 1:2 with points pointtype 14 pointsize 0.9 linewidth 1.2 linecolor '#56B4E9' notitle, \
  $d17 using 1:2:3 with labels left offset 0.8,0.5 font ',10' notitle
set title 'here: quick profile' offset 0,-0.5
set xlabel 'speed, % of SAM' offset 0,0.5
unset logscale x
set format x '%g'
set xrange [80:250]
set xtics autofreq
set ylabel 'test accuracy, %'
unset logscale y
set format y '%g'
set yrange [*:*]
set ytics autofreq
plot $d18 using 1:2 with lines linecolor '#000000' dashtype 1 linewidth 0.8 notitle, \
  $d19 using 1:2 with points pointtype 7 pointsize 0.9 linewidth 1.2 linecolor '#000000' notitle, \
  $d20 using 1:2:3 with labels left offset 0.8,0.5 font ',10' notitle, \
  $d21 using 1:2 with lines linecolor '#0072B2' dashtype (12,5) linewidth 0.8 notitle, \
  $d22 using 1:2 with points pointtype 5 pointsize 0.9 linewidth 1.2 linecolor '#0072B2' notitle, \
  $d23 using 1:2:3 with labels left offset 0.8,0.5 font ',10' notitle, \
  $d24 using 1:2 with lines linecolor '#D55E00' dashtype (3,4) linewidth 0.8 notitle, \
  $d25 using 1:2 with points pointtype 9 pointsize 0.9 linewidth 1.2 linecolor '#D55E00' notitle, \
  $d26 using 1:2:3 with labels left offset 0.8,0.5 font ',10' notitle, \
  $d27 using 1:2 with lines linecolor '#009E73' dashtype (12,4,3,4) linewidth 0.8 notitle, \
  $d28 using 1:2 with points pointtype 11 pointsize 0.9 linewidth 1.2 linecolor '#009E73' notitle, \
  $d29 using 1:2:3 with labels left offset 0.8,0.5 font ',10' notitle, \
  $d30 using 1:2 with lines linecolor '#CC79A7' dashtype (20,6) linewidth 0.8 notitle, \
  $d31 using 1:2 with points pointtype 13 pointsize 0.9 linewidth 1.2 linecolor '#CC79A7' notitle, \
  $d32 using 1:2:3 with labels left offset 0.8,0.5 font ',10' notitle, \
  $d33 using 1:2 with lines linecolor '#56B4E9' dashtype (7,3) linewidth 0.8 notitle, \
  $d34 using 1:2 with points pointtype 15 pointsize 0.9 linewidth 1.2 linecolor '#56B4E9' notitle, \
  $d35 using 1:2:3 with labels left offset 0.8,0.5 font ',10' notitle
unset multiplot
