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
140.977 1
142.045 0
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
207.991 9 180.904 235.077
100 8 100 100
170.587 7 165.459 175.715
183.256 6 173.543 192.97
159.713 5 146.416 173.009
114.628 4 108.163 121.093
196.827 3 182.794 210.86
170.088 2 164.296 175.881
135.464 1 117.885 153.043
136.078 0 125.589 146.567
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
212.839 9 191.514 234.163
100 8 100 100
172.788 7 146.233 199.344
186.148 6 170.904 201.393
175.589 5 151.487 199.691
126.826 4 115.642 138.009
212.377 3 165.839 258.915
188.691 2 147.057 230.325
137.834 1 106.802 168.865
149.569 0 134.71 164.428
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
133.452 1
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
205.532 9 190.312 220.751
100 8 100 100
167.66 7 157.92 177.399
181.898 6 162.948 200.849
167.936 5 145.247 190.625
117.61 4 112.386 122.833
196.673 3 190.276 203.07
174.963 2 156.881 193.045
136.241 1 129.143 143.338
151.525 0 146.033 157.016
EOD
set multiplot layout 1,3 margins 0.0941,0.9824,0.1526,0.8368 spacing 0.0941,0.2421
set title 'ResNet-18' offset 0,-0.5
set xlabel 'speed, % of SAM' offset 0,0.5
unset logscale x
set format x '%g'
set xrange [80:230]
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
set xrange [80:230]
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
set xrange [80:230]
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
