// Command logo draws the package's logos: a bell in a speech bubble. Run it in
// zendesk-app (go generate does).
package main

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
)

func main() {
	for name, l := range map[string]struct {
		size   int
		square bool // Zendesk wants the large one with square corners, without transparency
	}{"assets/logo.png": {320, true}, "assets/logo-small.png": {128, false}} {
		if err := write(name, draw(l.size, l.square)); err != nil {
			fmt.Fprintln(os.Stderr, "logo:", err)
			os.Exit(1)
		}
	}
}

func write(name string, img image.Image) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(f, img); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

var (
	ground = color.NRGBA{0x13, 0x45, 0x6d, 0xff}
	bubble = color.NRGBA{0xff, 0xff, 0xff, 0xff}
	bell   = color.NRGBA{0xcd, 0x36, 0x42, 0xff}
)

// draw samples each pixel 4×4 times. Shapes live in a unit square.
func draw(size int, square bool) image.Image {
	const fine = 4
	img := image.NewNRGBA(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			var r, g, b, a float64
			for i := range fine * fine {
				px := (float64(x) + (float64(i%fine)+.5)/fine) / float64(size)
				py := (float64(y) + (float64(i/fine)+.5)/fine) / float64(size)
				c := at(px, py, square)
				w := float64(c.A) / 255
				r, g, b, a = r+float64(c.R)*w, g+float64(c.G)*w, b+float64(c.B)*w, a+w
			}
			if a > 0 {
				img.SetNRGBA(x, y, color.NRGBA{uint8(r/a + .5), uint8(g/a + .5), uint8(b/a + .5), uint8(a/fine/fine*255 + .5)})
			}
		}
	}
	return img
}

func at(x, y float64, square bool) color.NRGBA {
	switch {
	case inBell(x, y):
		return bell
	case inBubble(x, y):
		return bubble
	case square || rounded(x, y, 0, 0, 1, 1, .2):
		return ground
	}
	return color.NRGBA{}
}

func inBubble(x, y float64) bool {
	if rounded(x, y, .14, .14, .86, .74, .12) {
		return true
	}
	// the tail
	return y >= .7 && y <= .9 && x >= .3 && x <= .3+.24*(.9-y)/.2
}

func inBell(x, y float64) bool {
	dx := math.Abs(x - .5)
	switch {
	case y >= .24 && y <= .3 && math.Hypot(x-.5, y-.27) <= .03: // the knob
		return true
	case y >= .28 && y < .44 && math.Hypot(dx/.13, (y-.44)/.16) <= 1: // the dome
		return true
	case y >= .44 && y < .56 && dx <= .13+.05*math.Pow((y-.44)/.12, 2): // the skirt
		return true
	case y >= .56 && y <= .59 && dx <= .2: // the rim
		return true
	}
	return y > .6 && math.Hypot(x-.5, y-.6) <= .05 // the clapper
}

func rounded(x, y, x0, y0, x1, y1, r float64) bool {
	if x < x0 || x > x1 || y < y0 || y > y1 {
		return false
	}
	cx, cy := min(max(x, x0+r), x1-r), min(max(y, y0+r), y1-r)
	return math.Hypot(x-cx, y-cy) <= r
}
