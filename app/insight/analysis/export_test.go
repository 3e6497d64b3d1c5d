package analysis

// Rest waits until a report is counted, without coming for it.
func (s *Service) Rest(key string) {
	s.lock.Lock()
	r := s.runs[key]
	s.lock.Unlock()
	<-r.done
}
