package fault

import "time"

// Wait passes real time. Error: a *HangUp, as soon as the client is gone.
func (s *Strike) Wait(d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-s.Context().Done():
		return &HangUp{}
	}
}
