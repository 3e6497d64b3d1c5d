package demo

import (
	"context"
	"fmt"
	"math/rand/v2"

	"regulars/app/kit/cal"
	"regulars/app/kit/money"
	"regulars/app/sys/db"
)

var (
	sqlStages   = db.SQL(`SELECT id, pipeline_id, probability FROM deal_stage ORDER BY pipeline_id, position`)
	sqlReasons  = db.SQL(`SELECT id FROM deal_reason WHERE result = ? ORDER BY position`)
	sqlPipeline = db.SQL(`INSERT INTO deal_pipeline (name, position, created_at, updated_at) VALUES (?, 1, ?, ?)`)
	sqlStage    = db.SQL(`
		INSERT INTO deal_stage (pipeline_id, name, probability, rot_days, position, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)`)
	sqlDeal = db.SQL(`
		INSERT INTO deal (name, customer_id, pipeline_id, stage_id, amount, currency, expected_close, opened_on, owner_id, result, reason_id, closed_on,
			position, moved_at, source, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlMove = db.SQL(`INSERT INTO deal_move (deal_id, stage_id, user_id, at) VALUES (?, ?, ?, ?)`)
	sqlStep = db.SQL(`
		INSERT INTO task (kind, title, customer_id, owner_id, creator_id, due_at, about_kind, about_id, created_at, updated_at)
		VALUES ('task', ?, ?, ?, ?, ?, 'deal', ?, ?, ?)`)
)

var (
	chances   = [2][]string{{"Beans for the new shop", "Monthly office subscription", "Two grinders and their service", "Tea for the lobby, a year", "Gift boxes for the holidays", "Switch to the seasonal blend", "Spring contract", "Staff training, two days"}, {"新店开业用豆", "办公室月度订阅", "两台磨豆机与保养", "大堂全年供茶", "节日礼盒定制", "换用季度拼配", "春季合同", "员工培训两期"}}
	parties   = [2][]string{{"Wedding coffee bar", "Company party, 120 people", "Market weekend"}, {"婚礼咖啡车", "年会下午茶", "周末市集"}}
	nextSteps = [2][]string{{"Call", "Send the quote", "Bring samples", "Sign the contract"}, {"致电", "发报价", "寄样", "签合同"}}
)

// openDeals is how many open deals a shop of that size has; a board must bear
// the largest.
func openDeals(customers int) int { return min(5000, max(20, customers/20)) }

type step struct {
	ID          int64 `db:"id"`
	PipelineID  int64 `db:"pipeline_id"`
	Probability int   `db:"probability"`
}

// pipelines looks up the ready pipeline and adds one for events.
func (g *generator) pipelines(ctx context.Context, tx *db.Tx) error {
	at := db.At(tx.Now)
	if !g.sample {
		events, err := tx.Insert(ctx, sqlPipeline, "Events 活动", at, at)
		if err != nil {
			return fmt.Errorf("add a pipeline: %w", err)
		}
		for i, name := range []string{"Asked 询问", "Offered 报价", "Date held 留档期"} {
			if _, err := tx.Insert(ctx, sqlStage, events, name, 20+25*i, 10, i, at, at); err != nil {
				return fmt.Errorf("add a stage: %w", err)
			}
		}
	}
	if err := tx.Select(ctx, &g.stages, sqlStages); err != nil {
		return fmt.Errorf("find the stages: %w", err)
	}
	for i, result := range []string{"won", "lost"} {
		if err := tx.Select(ctx, &g.reasons[i], sqlReasons, result); err != nil {
			return fmt.Errorf("find the reasons: %w", err)
		}
	}
	return nil
}

// chances make up what a customer may buy, and what they did or did not in the
// last year. They have their own dice, so that nobody's other story depends on
// them.
func (g *generator) chances(ctx context.Context, tx *db.Tx, i int, l *life) error {
	if len(g.stages) == 0 {
		return nil
	}
	keep := l.rng
	defer func() { l.rng = keep }()
	l.rng = rand.New(rand.NewPCG(g.Seed, 1<<40+uint64(i)))
	share := float64(openDeals(g.Customers)) / float64(g.Customers)
	for n := share; n > 0; n-- {
		if l.rng.Float64() < n {
			if err := g.deal(ctx, tx, l, "open"); err != nil {
				return err
			}
		}
		for range 2 {
			if l.rng.Float64() < n {
				result := "won"
				if l.rng.Float64() < .45 {
					result = "lost"
				}
				if err := g.deal(ctx, tx, l, result); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (g *generator) deal(ctx context.Context, tx *db.Tx, l *life, result string) error {
	way := g.way(l)
	name := l.words(chances)
	if way[0].PipelineID != g.stages[0].PipelineID {
		name = l.words(parties)
	}
	opened := 3 + l.rng.IntN(40)
	closed, reason, expected := "", db.ID(0), string(g.today.AddDays(l.rng.IntN(45)-4))
	reached := way[:1+l.rng.IntN(len(way))]
	if result != "open" {
		opened += 20 + l.rng.IntN(300)
		ago := max(0, opened-5-l.rng.IntN(45))
		closed, expected = string(g.today.AddDays(-ago)), string(g.today.AddDays(-ago))
		why := g.reasons[0]
		if result == "lost" {
			why = g.reasons[1]
		} else {
			reached = way
		}
		if len(why) > 0 {
			reason = db.ID(why[l.rng.IntN(len(why))])
		}
	}
	amount := int64(400+l.rng.IntN(280)*50) * 100
	stage := reached[len(reached)-1]
	stood := l.rng.IntN(min(opened, 18))
	if result != "open" {
		stood = g.today.Sub(cal.Date(closed)) // its last stage is where it was decided
	}
	at, moved := g.at(opened, 10), g.at(stood, 11)
	id, err := tx.Insert(ctx, sqlDeal, name, l.id, stage.PipelineID, stage.ID, amount, g.Currency, expected, string(g.today.AddDays(-opened)), l.owner, result, reason,
		closed, l.rng.Float64()*1000, moved, sources[l.rng.IntN(len(sources))], at, moved)
	if err != nil {
		return fmt.Errorf("add a deal: %w", err)
	}
	for k, st := range reached {
		when := g.at(opened-k*((opened-stood)/len(reached)), 10)
		if k == len(reached)-1 && k > 0 {
			when = moved
		}
		if _, err := tx.Insert(ctx, sqlMove, id, st.ID, l.owner, when); err != nil {
			return fmt.Errorf("add a move: %w", err)
		}
	}
	if result == "open" && l.rng.Float64() < .75 {
		due := g.at(-1-l.rng.IntN(6), 10)
		if _, err := tx.Insert(ctx, sqlStep, l.words(nextSteps), l.id, l.owner, l.owner, due, id, at, at); err != nil {
			return fmt.Errorf("add a next step: %w", err)
		}
		if l.steps++; l.nextStep == 0 || due.UnixMilli() < l.nextStep {
			l.nextStep = due.UnixMilli()
		}
	}
	entry := map[string]any{"deal_id": id, "customer_id": l.id, "name": name, "minor": amount, "currency": g.Currency, "amount": money.Text(amount, g.Currency)}
	if err := g.entry(ctx, tx, l, at, "deal.opened", "deal", id, "", entry); err != nil {
		return err
	}
	if result != "open" {
		if err := g.lesson(ctx, tx, l, id, result, moved); err != nil {
			return err
		}
	}
	if result != "won" {
		return nil
	}
	return g.entry(ctx, tx, l, moved, "deal.won", "deal", id, "", entry)
}

// way is one pipeline's stages; most deals go the usual one.
func (g *generator) way(l *life) []step {
	first := g.stages[0].PipelineID
	var usual, other []step
	for _, st := range g.stages {
		if st.PipelineID == first {
			usual = append(usual, st)
		} else {
			other = append(other, st)
		}
	}
	if len(other) > 0 && l.rng.Float64() < .2 {
		return other
	}
	return usual
}
