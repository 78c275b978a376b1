package emulator

import "slices"

// Of the newest requests, so many are looked at for names, and so many are taken.
const (
	hostsOf  = 500
	mostHost = 20
)

// Hosts are the names under which requests have lately reached the world, the newest first.
func (w *World) Hosts() []string {
	var hosts []string
	kept, _ := w.records.From(0, recorded)
	for i := len(kept) - 1; i >= 0 && i >= len(kept)-hostsOf && len(hosts) < mostHost; i-- {
		if host := kept[i].Host(); host != "" && !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	return hosts
}
