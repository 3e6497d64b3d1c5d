package review_test

import (
	"testing"

	"regulars/app/voice/review"
)

func TestStarsAreReadAsPeopleWriteThem(t *testing.T) {
	for typed, want := range map[string]struct {
		stars float64
		most  int
	}{
		"4": {4, 0}, "4.5": {4.5, 0}, "4,5": {4.5, 0}, "4/5": {4, 5}, " 8.5 / 10 ": {8.5, 10}, "★★★★☆": {4, 5}, "⭐⭐": {2, 5}, "4 stars": {4, 0}, "５分": {5, 0},
		"五星": {5, 0}, "3星": {3, 0}, "3 out of 5": {3, 5}, "☆": {-1, 0}, "good": {-1, 0}, "": {-1, 0}, "-3": {-1, 0}, "4/5/6": {-1, 0}, "NaN": {-1, 0},
	} {
		stars, most, ok := review.ParseStars(typed)
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
		want  review.Mood
	}{{1, 5, review.Unhappy}, {2.5, 5, review.Unhappy}, {3, 5, review.Soso}, {4, 5, review.Happy}, {5, 10, review.Unhappy}, {6, 10, review.Soso}, {8, 10, review.Happy}, {0, 5, review.Unhappy}} {
		if got := review.MoodOf(c.stars, c.most); got != c.want {
			t.Errorf("%v of %d is %s", c.stars, c.most, got)
		}
	}
	if (review.Review{}).Mood() != "" || (review.Review{}).Rated() != "" {
		t.Error("words only have a mood")
	}
}
