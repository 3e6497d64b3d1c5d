package customer

import (
	"context"
	"time"

	"regulars/app/customer/stage"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
	"regulars/app/sys/importer"
)

// What the customers' own pages, files and lists say of the life-cycle stage;
// where it comes from is the stage slice's.

// StageChip is a stage above the list with how many stand on it.
type StageChip struct {
	Key, Name string
	N         int
	Query     string
	Current   bool
}

// stageChips are the stages on which anybody stands, in the order of a life.
func stageChips(l *i18n.Locale, names stage.Names, n map[string]int, current string) []StageChip {
	var out []StageChip
	for _, key := range stage.All {
		if n[key] > 0 {
			out = append(out, StageChip{Key: key, Name: names.Of(l, key), N: n[key], Query: "filter[stage][eq]=" + key, Current: key == current})
		}
	}
	return out
}

// stageNamed finds the stage that a cell of an import names: by its key, by the
// shop's own word or by the product's, in either language.
func (w *importWork) stageNamed(r *importer.Record) string {
	cell := text.Fold(r.Get("stage"))
	if cell == "" {
		return ""
	}
	for _, key := range stage.All {
		if cell == key || cell == text.Fold(w.stages[i18n.English][key]) || cell == text.Fold(w.stages[i18n.Chinese][key]) {
			return key
		}
	}
	if key := stageWords[cell]; key != "" {
		return key
	}
	r.Remark("stage", "import.problem.stage", "value", short(r.Get("stage")))
	return ""
}

// stageWords are what files call the stages.
var stageWords = map[string]string{
	"lead": stage.Prospect, "potential": stage.Prospect, "潜在客户": stage.Prospect, "潜客": stage.Prospect, "意向客户": stage.Prospect,
	"新客": stage.Fresh, "新客户": stage.Fresh, "customer": stage.Active, "活跃": stage.Active, "活跃客户": stage.Active,
	"常客": stage.Regular, "老客户": stage.Regular, "at risk": stage.AtRisk, "有流失风险": stage.AtRisk, "流失风险": stage.AtRisk,
	"churned": stage.Lost, "已流失": stage.Lost, "流失": stage.Lost, "流失客户": stage.Lost,
	"won back": stage.WonBack, "已挽回": stage.WonBack, "挽回": stage.WonBack,
}

// setStages puts the run's customers on the stages that their rows name.
func (w *importWork) setStages(ctx context.Context, tx *db.Tx) error {
	var moved []int64
	for id, name := range w.staged {
		did, err := stage.Named(ctx, tx, id, name)
		if err != nil {
			return err
		}
		if did {
			moved = append(moved, id)
		}
	}
	return w.s.RefreshQuietly(ctx, tx, moved)
}

// Named is a customer's name, or "not found" when the actor may not see them;
// for the stage slice.
func (s *Service) Named(ctx context.Context, id int64) (string, error) {
	r, err := s.MustSee(ctx, id)
	return r.Name, err
}

// stageCounts are how many customers a person sees in each stage.
type stageCounts struct {
	moved uint64
	read  time.Time
	took  time.Duration
	n     map[string]int
}

const (
	countsLife = 10 * time.Second      // how long counts stand when another process may have written
	countsSlow = 50 * time.Millisecond // what took longer is not counted after every write
	countsRest = 20                    // but only when it is so many times as old as it took
)

// stages are the shop's names and how many of the actor's customers stand where.
func (s *Service) stages(ctx context.Context) (stage.Names, map[string]int, error) {
	names, err := stage.NamesIn(ctx, s.db.Reader(ctx))
	if err != nil {
		return nil, nil, err
	}
	actor, now, moved := auth.From(ctx), s.db.Now(), s.db.Moved()
	if v, ok := s.standing.Load(actor.UserID); ok {
		c := v.(stageCounts)
		if age := now.Sub(c.read); age >= 0 && age < countsLife && (c.moved == moved || c.took > countsSlow && age < countsRest*c.took) {
			return names, c.n, nil
		}
	}
	n, err := stage.CountsFor(ctx, s.db.Reader(ctx), actor.Scope())
	if err != nil {
		return nil, nil, err
	}
	s.standing.Store(actor.UserID, stageCounts{moved, now, s.db.Now().Sub(now), n})
	return names, n, nil
}
