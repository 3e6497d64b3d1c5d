package wave

import (
	"fmt"
	"time"

	"regulars/app/sys/job"
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

// Module is what the slice offers the house.
func (s *Service) Module() web.Module {
	return web.Module{
		Name:     "wave",
		Routes:   s.routes,
		API:      s.api,
		Jobs:     []job.Spec{{Name: "survey_wave_members", Schedule: job.Every(time.Minute), Timeout: time.Hour, Run: s.Drain}},
		Journal:  []journal.Table{{Name: "wave"}},
		Subjects: []web.Subject{{Kind: "wave", Path: func(id int64) string { return fmt.Sprintf("/survey-waves/%d", id) }}},
	}
}

// Standing are the operations that nobody takes back in the history: what has
// left has left. Pausing and stopping have buttons of their own.
var Standing = []string{"wave.start", "wave.pause", "wave.resume", "wave.stop"}

func (s *Service) routes(r *web.Router) {
	r.Get("/survey-waves", Read, s.showList)
	r.Get("/survey-waves/new", Write, s.showNew)
	r.Post("/survey-waves", Write, s.post)
	r.Get("/survey-waves/:id", Read, s.show)
	r.Post("/survey-waves/:id/start", Write, s.press(s.Start, "wave.started"))
	r.Post("/survey-waves/:id/pause", Write, s.press(s.Pause, "wave.paused"))
	r.Post("/survey-waves/:id/resume", Write, s.press(s.Resume, "wave.resumed"))
	r.Post("/survey-waves/:id/stop", Write, s.press(s.Stop, "wave.stopped"))
	r.Post("/survey-waves/:id/bounds", Write, s.postBounds)
	r.Post("/survey-waves/:id/delete", Write, s.postDelete)
}
