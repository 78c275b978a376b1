package audit

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/finding"
)

// refusedAnyway are the operations that the baselines never had done, and what they had in its
// place: of those the audit can say nothing. A 404 is an answer.
func refusedAnyway(b finding.Baselines) (told []string) {
	done, order, answers := map[string]bool{}, []string{}, map[string]string{}
	for _, run := range b {
		if run == nil {
			continue
		}
		for i := range run.Requests {
			e := &run.Requests[i]
			if e.Operation == "" || e.Service != "" {
				continue
			}
			if !slices.Contains(order, e.Operation) {
				order = append(order, e.Operation)
			}
			done[e.Operation] = done[e.Operation] || e.Status < 400 || e.Status == http.StatusNotFound
			answers[e.Operation] = strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, e.Code))
		}
	}
	for _, operation := range order {
		if !done[operation] {
			told = append(told, operation+": "+answers[operation])
		}
	}
	return told
}
