# Drawn by: gnuplot FILE > figure.svg
set terminal svg size 1020,380 font 'Helvetica,13' dashlength 0.8 background '#ffffff' name 'figure'
set encoding utf8
set border 3 linewidth 0.8
set tics nomirror out scale 0.6
set grid linetype 1 linecolor '#dddddd' linewidth 0.5
set key off
$d0 << EOD
200 9
100 8
166.667 7
181.159 6
166.667 5
117.647 4
200 3
150 2
139.147 1
142.586 0
EOD
$d1 << EOD
174 9
100 8
151 7
162 6
119 5
105 4
146 3
165 2
135 0
EOD
$d2 << EOD
212.129 9 181.968 242.29
100 8 100 100
168.839 7 150.397 187.28
182.691 6 173.77 191.612
165.829 5 158.481 173.177
116.725 4 92.2668 141.183
197.47 3 171.765 223.174
186.283 2 171.825 200.742
136.287 1 104.262 168.312
143.391 0 104.537 182.244
EOD
$d3 << EOD
200 9
100 8
166.667 7
181.159 6
166.667 5
120 4
200 3
150 2
129.758 1
143.13 0
EOD
$d4 << EOD
193 9
100 8
160 7
177 6
161 5
142 4
185 3
169 2
137 0
EOD
$d5 << EOD
222.058 9 174.094 270.022
100 8 100 100
187.535 7 148.122 226.948
193.778 6 131.589 255.967
161.506 5 56.2377 266.774
115.776 4 42.948 188.604
192.987 3 54.6729 331.3
171.008 2 73.5472 268.469
129.052 1 34.973 223.13
151.036 0 100.975 201.097
EOD
$d6 << EOD
200 9
100 8
166.667 7
181.159 6
166.667 5
120 4
200 3
150 2
133.929 1
145.068 0
EOD
$d7 << EOD
201 9
100 8
169 7
183 6
125 5
116 4
180 3
171 2
146 0
EOD
$d8 << EOD
207.115 9 183.415 230.816
100 8 100 100
168.069 7 157.148 178.989
175.31 6 139.307 211.312
166.368 5 153.603 179.132
118.511 4 113.669 123.353
194.934 3 159.647 230.221
173.576 2 139.1 208.053
125.291 1 91.8683 158.713
134.995 0 103.303 166.688
EOD
set multiplot layout 1,3 margins 0.0941,0.9824,0.1526,0.8368 spacing 0.0941,0.2421
set title 'ResNet-18' offset 0,-0.5
set xlabel 'speed, % of SAM' offset 0,0.5
unset logscale x
set format x '%g'
set xrange [80:250]
set xtics autofreq
set ylabel ''
unset logscale y
set format y '%g'
set yrange [-0.7:9.7]
set ytics ('vSAM' 0, 'AE-SAM' 1, 'MESA' 2, 'SAF' 3, 'ESAM' 4, 'LookSAM-5' 5, 'SAM-10' 6, 'SAM-5' 7, 'SAM' 8, 'SGD' 9)
plot $d0 using 1:2 with points pointtype 1 pointsize 2.2 linewidth 1.2 linecolor '#7F7F7F' notitle, \
  $d1 using 1:2 with points pointtype 8 pointsize 0.9 linewidth 1.2 linecolor '#D55E00' notitle, \
  $d2 using 1:2:3:4 with xerrorbars pointtype 7 pointsize 0.9 linewidth 1.2 linecolor '#000000' notitle
set title 'WideResNet-28-10' offset 0,-0.5
set xlabel 'speed, % of SAM' offset 0,0.5
unset logscale x
set format x '%g'
set xrange [30:340]
set xtics autofreq
set ylabel ''
unset logscale y
set format y '%g'
set yrange [-0.7:9.7]
set ytics ('vSAM' 0, 'AE-SAM' 1, 'MESA' 2, 'SAF' 3, 'ESAM' 4, 'LookSAM-5' 5, 'SAM-10' 6, 'SAM-5' 7, 'SAM' 8, 'SGD' 9)
plot $d3 using 1:2 with points pointtype 1 pointsize 2.2 linewidth 1.2 linecolor '#7F7F7F' notitle, \
  $d4 using 1:2 with points pointtype 8 pointsize 0.9 linewidth 1.2 linecolor '#D55E00' notitle, \
  $d5 using 1:2:3:4 with xerrorbars pointtype 7 pointsize 0.9 linewidth 1.2 linecolor '#000000' notitle
set title 'PyramidNet-110' offset 0,-0.5
set xlabel 'speed, % of SAM' offset 0,0.5
unset logscale x
set format x '%g'
set xrange [80:240]
set xtics autofreq
set ylabel ''
unset logscale y
set format y '%g'
set yrange [-0.7:9.7]
set ytics ('vSAM' 0, 'AE-SAM' 1, 'MESA' 2, 'SAF' 3, 'ESAM' 4, 'LookSAM-5' 5, 'SAM-10' 6, 'SAM-5' 7, 'SAM' 8, 'SGD' 9)
plot $d6 using 1:2 with points pointtype 1 pointsize 2.2 linewidth 1.2 linecolor '#7F7F7F' notitle, \
  $d7 using 1:2 with points pointtype 8 pointsize 0.9 linewidth 1.2 linecolor '#D55E00' notitle, \
  $d8 using 1:2:3:4 with xerrorbars pointtype 7 pointsize 0.9 linewidth 1.2 linecolor '#000000' notitle
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
