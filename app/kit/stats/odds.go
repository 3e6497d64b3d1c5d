// Which words belong to the unhappy? Counting alone favours frequent words and
// ratios favour rare ones; this weighs both.

package stats

import "math"

// LogOdds compares how often a topic comes up in a (k1 of n1 texts) and in b
// (k2 of n2): Delta is the log odds ratio, above 0 when it belongs more to a, Z
// how sure that is. Both lean on an informative Dirichlet prior of strength
// texts in which the topic is as frequent as in the background (Monroe,
// Colaresi & Quinn 2008, "Fightin' Words", Political Analysis 16). The variance
// keeps all four cells, since a topic, unlike a word, can be in half of all texts.
// A background of 0 or 1 says nothing and is not valid.
func LogOdds(k1, n1, k2, n2 int, background, strength float64) Test {
	yes, no := background*strength, (1-background)*strength
	if yes <= 0 || no <= 0 || n1 <= 0 || n2 <= 0 {
		return Test{P: 1}
	}
	a, b := float64(k1)+yes, float64(k2)+yes
	restA, restB := float64(n1-k1)+no, float64(n2-k2)+no
	return zTest(math.Log(a/restA)-math.Log(b/restB), math.Sqrt(1/a+1/restA+1/b+1/restB), 1)
}
