// Package metrics counts the requests of a server for Prometheus.
package metrics

import (
	"maps"
	"net/http"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/s3fault/s3fault"
	"github.com/s3fault/s3fault/internal/exchange"
)

// Metrics are those of one server, in a registry of their own: a program, or a test, may
// have many servers. It is safe for concurrent use.
type Metrics struct {
	registry  *prometheus.Registry
	requests  *prometheus.CounterVec
	durations *prometheus.HistogramVec
	received  *prometheus.CounterVec
	sent      *prometheus.CounterVec
	panics    prometheus.Counter
	inFlight  prometheus.Gauge

	// series has what is counted for each kind of request that there has been. A map is
	// never changed: a new kind is a new map, so that counting takes no lock and no memory.
	// There are no more kinds than labels have values.
	series atomic.Pointer[map[kind]*series]
	mu     sync.Mutex // of those who make a new one

	handler func() http.Handler
}

// kind is the labels of a request.
type kind struct {
	service, operation string
	status             int
	layer, fault       string
}

// series is the numbers that a request of one kind moves.
type series struct {
	requests       prometheus.Counter
	duration       prometheus.Observer
	received, sent prometheus.Counter
}

// Worlds says how many worlds there are: those of the scenario file, and private ones.
type Worlds func() (scenario, private int)

// New counts nothing yet. worlds is asked whenever somebody reads.
func New(worlds Worlds) *Metrics {
	m := &Metrics{
		registry:  prometheus.NewRegistry(),
		requests:  prometheus.NewCounterVec(prometheus.CounterOpts(requests.opts()), requests.Labels),
		received:  prometheus.NewCounterVec(prometheus.CounterOpts(received.opts()), received.Labels),
		sent:      prometheus.NewCounterVec(prometheus.CounterOpts(sent.opts()), sent.Labels),
		panics:    prometheus.NewCounter(prometheus.CounterOpts(panics.opts())),
		inFlight:  prometheus.NewGauge(prometheus.GaugeOpts(inFlight.opts())),
		durations: prometheus.NewHistogramVec(durations.histogram(), durations.Labels),
	}
	m.series.Store(&map[kind]*series{})
	// The collectors of the runtime are dear to make, and most servers are never asked.
	m.handler = sync.OnceValue(func() http.Handler { return m.reading(worlds) })
	return m
}

func (m Metric) opts() prometheus.Opts { return prometheus.Opts{Name: m.Name, Help: m.Help} }

func (m Metric) histogram() prometheus.HistogramOpts {
	return prometheus.HistogramOpts{Name: m.Name, Help: m.Help, Buckets: buckets}
}

// reading enters all metrics in the registry, which is then read by the handler.
func (m *Metrics) reading(worlds Worlds) http.Handler {
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts(buildInfo.opts()), buildInfo.Labels)
	build.WithLabelValues(s3fault.Version, runtime.Version()).Set(1)
	m.registry.MustRegister(
		m.requests, m.durations, m.received, m.sent, m.panics, m.inFlight, build, census{worlds},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}

// ServeHTTP answers with all metrics, in the form that the client asks for.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, r *http.Request) { m.handler().ServeHTTP(w, r) }

// Begin counts a request as on its way, until End.
func (m *Metrics) Begin() { m.inFlight.Inc() }

// End is for a request that is answered to its end, or as far as it ever will be.
func (m *Metrics) End() { m.inFlight.Dec() }

// Count counts a request that has been answered.
func (m *Metrics) Count(o exchange.Outcome) {
	s := m.of(kindOf(&o))
	s.requests.Inc()
	s.duration.Observe(o.Took.Seconds())
	s.received.Add(float64(o.In))
	s.sent.Add(float64(o.Out))
	if o.Panicked {
		m.panics.Inc()
	}
}

// of is the series of a kind.
func (m *Metrics) of(k kind) *series {
	if s := (*m.series.Load())[k]; s != nil {
		return s
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if s := (*m.series.Load())[k]; s != nil {
		return s
	}
	s := &series{
		requests: m.requests.WithLabelValues(k.service, k.operation, strconv.Itoa(k.status), k.layer, k.fault),
		duration: m.durations.WithLabelValues(k.service, k.operation),
		received: m.received.WithLabelValues(k.service, k.operation),
		sent:     m.sent.WithLabelValues(k.service, k.operation),
	}
	next := maps.Clone(*m.series.Load())
	next[k] = s
	m.series.Store(&next)
	return s
}

// census counts the worlds when somebody reads.
type census struct{ worlds Worlds }

var worldsDesc = prometheus.NewDesc(worlds.Name, worlds.Help, worlds.Labels, nil)

// Describe says which metric it is, as a prometheus.Collector does.
func (census) Describe(to chan<- *prometheus.Desc) { to <- worldsDesc }

// Collect is a prometheus.Collector's.
func (c census) Collect(to chan<- prometheus.Metric) {
	scenario, private := c.worlds()
	to <- prometheus.MustNewConstMetric(worldsDesc, prometheus.GaugeValue, float64(scenario), "scenario")
	to <- prometheus.MustNewConstMetric(worldsDesc, prometheus.GaugeValue, float64(private), "private")
}
