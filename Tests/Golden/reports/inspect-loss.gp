# Drawn by: gnuplot -d FILE > figure.svg
set terminal svg size 700,340 font 'Helvetica,13' dashlength 0.8 background '#ffffff' name 'figure'
set encoding utf8
set border 3 linewidth 0.8
set tics nomirror out scale 0.6
set grid linetype 1 linecolor '#dddddd' linewidth 0.5
set key off
$d0 << EOD
1 4
2 3
3 2
4 1
EOD
set multiplot layout 1,1 margins 0.1200,0.9743,0.1706,0.9000 spacing 0.1200,0.2706
set title 'ResNet-18, CIFAR-10, vSAM, seed 1' offset 0,-0.5 noenhanced
set xlabel 'iteration' offset 0,0.5 noenhanced
unset logscale x
set format x '%g'
set xrange [*:*]
set xtics autofreq enhanced
set ylabel 'loss, nat' noenhanced
unset logscale y
set format y '%g'
set yrange [*:*]
set ytics autofreq enhanced
plot $d0 using 1:2 with lines linecolor '#000000' dashtype 1 linewidth 1.8 notitle
unset multiplot
