package chart

import "html/template"

// Fits is a picture drawn twice, as wide as its place and for a phone: shrunk to a
// phone the wide one would have letters that nobody can read. The style shows one.
type Fits struct {
	Wide, Thin interface{ SVG() template.HTML }
}

const (
	thinWidth = 360.0
	thinNames = 7 // under the axis of a narrow picture
)

// Fit fits a picture that has an axis or names beside its bars; 0 is the usual
// width. Any other, and one that is narrow anyway, is drawn once.
func Fit(picture interface{ SVG() template.HTML }, width float64) Fits {
	switch c := picture.(type) {
	case Bars:
		c.Width = width
		thin := c
		thin.Width, thin.Bars = thinWidth, nil
		keep := roomy(len(c.Bars), func(i int) string { return c.Bars[i].Name })
		for i, b := range c.Bars {
			b.Name = keep[i]
			thin.Bars = append(thin.Bars, b)
		}
		return fits(c, thin, width)
	case Trend:
		c.Width = width
		thin := c
		thin.Width, thin.Points = thinWidth, nil
		keep := roomy(len(c.Points), func(i int) string { return c.Points[i].Name })
		for i, p := range c.Points {
			if p.Name = keep[i]; p.Name == "" {
				p.Note = ""
			}
			thin.Points = append(thin.Points, p)
		}
		return fits(c, thin, width)
	case Stack:
		c.Width = width
		thin := c
		thin.Width, thin.Names = thinWidth, roomy(len(c.Names), func(i int) string { return c.Names[i] })
		return fits(c, thin, width)
	case Ranks:
		thin := c
		thin.Thin = true
		return fits(c, thin, 0)
	}
	return Fits{Wide: picture}
}

func fits(wide, thin interface{ SVG() template.HTML }, width float64) Fits {
	if width > 0 && width <= thinWidth {
		return Fits{Wide: wide}
	}
	return Fits{Wide: wide, Thin: thin}
}

// roomy are the names for which a narrow picture has room: few of them, the last
// always, each at its place.
func roomy(n int, name func(int) string) []string {
	said := 0
	for i := range n {
		if name(i) != "" {
			said++
		}
	}
	every := (said + thinNames - 1) / thinNames
	out := make([]string, n)
	for i := range n {
		if name(i) == "" {
			continue
		}
		if said--; said%every == 0 {
			out[i] = name(i)
		}
	}
	return out
}

// SVG draws it.
func (f Fits) SVG() template.HTML {
	wide := f.Wide.SVG()
	if f.Thin == nil || wide == "" {
		return wide
	}
	return `<div class="fit">` + wide + `</div><div class="fit thin">` + f.Thin.SVG() + `</div>`
}
