package emulator

import "net/http"

func requestRoutes() []route {
	return []route{
		{http.MethodGet, "/requests/{id}", control.request},
		{http.MethodGet, "/requests/{id}/advice", control.advice},
		{http.MethodGet, "/worlds/{id}/requests", control.requests},
	}
}

func (c control) request(r *http.Request) (any, error) {
	_, record := c.server.record(id(r))
	if record == nil {
		return nil, &NotFound{Kind: "request", Name: id(r)}
	}
	return record.Entry(), nil
}

func (c control) advice(r *http.Request) (any, error) { return c.server.Advice(id(r)) }

func (c control) requests(r *http.Request) (any, error) {
	w, err := c.server.worlds.find("world", id(r))
	if err != nil {
		return nil, err
	}
	return map[string]any{"requests": entries(w.records)}, nil
}
