package metrics

// The labels of a request. None has a value that a client can make up: Count knows the
// values of each, and calls all others Other.
const (
	serviceLabel   = "service"
	operationLabel = "operation"
	statusLabel    = "status"
	layerLabel     = "layer"
	faultLabel     = "fault"
	kindLabel      = "kind"
)

// Label is a label as docs/metrics.md tells of it.
type Label struct{ Name, Says string }

// Labels are those of requests and worlds, in the order in which they stand.
func Labels() []Label {
	return []Label{
		{serviceLabel, "the service that is asked: `s3`, or a control API by the name under which it is signed for " +
			"(`iam`, `kms`); `other` where it is none of them"},
		{operationLabel, "what is asked for, as AWS names it (`GetObject`); `other` where it is nothing that s3fault knows"},
		{statusLabel, "the HTTP status; `0` where the connection was broken off instead of an answer"},
		{layerLabel, "the layer that refused it, as in `why` (`bucket-policy`); `none` where none did"},
		{faultLabel, "the effect of the fault rule that made the answer, or else of the last that struck (`error`, " +
			"`latency`); `none` where none struck"},
		{kindLabel, "`scenario` or `private`"},
	}
}

// Metric is a metric of s3fault's own as docs/metrics.md tells of it.
type Metric struct {
	Name, Kind string   // Kind is Prometheus's word: "counter"
	Labels     []string // nil: none
	Help       string   // as it is exposed
}

// Table is all metrics of s3fault's own, in the order of the page. Those of the process and
// of Go's runtime are the client library's.
func Table() []Metric {
	return []Metric{
		requests, durations, received, sent, panics, inFlight, worlds, buildInfo,
	}
}

var (
	requests = Metric{
		"s3fault_requests_total", "counter",
		[]string{serviceLabel, operationLabel, statusLabel, layerLabel, faultLabel},
		"Requests that were answered to their end, to any world.",
	}
	durations = Metric{
		"s3fault_request_duration_seconds", "histogram", []string{serviceLabel, operationLabel},
		"Real time from the arrival of a request to the end of its answer, what fault rules wait included.",
	}
	received = Metric{
		"s3fault_request_body_bytes_total", "counter", []string{serviceLabel, operationLabel},
		"Bytes of the bodies of requests that were read before they were answered.",
	}
	sent = Metric{
		"s3fault_response_body_bytes_total", "counter", []string{serviceLabel, operationLabel},
		"Bytes of the bodies of answers that were written.",
	}
	panics = Metric{
		"s3fault_panics_total", "counter", nil,
		"Requests at which s3fault itself failed; each has its trace in the journal. More than 0 is a bug to report.",
	}
	inFlight = Metric{
		"s3fault_requests_in_flight", "gauge", nil,
		"Requests that have arrived and are not yet answered to their end.",
	}
	worlds = Metric{
		"s3fault_worlds", "gauge", []string{kindLabel},
		"Worlds that are served: those of the scenario file, and private ones.",
	}
	buildInfo = Metric{
		"s3fault_build_info", "gauge", []string{"version", "goversion"},
		"Always 1; which s3fault this is, and the Go that it was built with.",
	}
)

// buckets are the upper bounds of request durations, in seconds: from memory over loopback,
// and what fault rules make clients wait for.
var buckets = []float64{
	0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
}
