package review

import "testing"

func TestStarsAreReadAsPeopleWriteThem(t *testing.T) {
	for typed, want := range map[string]struct {
		stars float64
		most  int
	}{
		"4": {4, 0}, "4.5": {4.5, 0}, "4,5": {4.5, 0}, "4/5": {4, 5}, " 8.5 / 10 ": {8.5, 10}, "★★★★☆": {4, 5}, "⭐⭐": {2, 5}, "4 stars": {4, 0}, "５分": {5, 0},
		"五星": {5, 0}, "3星": {3, 0}, "3 out of 5": {3, 5}, "☆": {-1, 0}, "good": {-1, 0}, "": {-1, 0}, "-3": {-1, 0}, "4/5/6": {-1, 0}, "NaN": {-1, 0},
	} {
		stars, most, ok := ParseStars(typed)
		if !ok {
			stars = -1
		}
		if stars != want.stars || ok && most != want.most {
			t.Errorf("%q: %v of %d, %t", typed, stars, most, ok)
		}
	}
}

func TestMoods(t *testing.T) {
	for _, c := range []struct {
		stars float64
		most  int
		want  Mood
	}{{1, 5, Unhappy}, {2.5, 5, Unhappy}, {3, 5, Soso}, {4, 5, Happy}, {5, 10, Unhappy}, {6, 10, Soso}, {8, 10, Happy}, {0, 5, Unhappy}} {
		if got := MoodOf(c.stars, c.most); got != c.want {
			t.Errorf("%v of %d is %s", c.stars, c.most, got)
		}
	}
	if (Review{}).Mood() != "" || (Review{}).Rated() != "" {
		t.Error("words only have a mood")
	}
}
