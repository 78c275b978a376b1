package emulator

import (
	"net/http"

	"github.com/gorilla/mux"

	"github.com/s3fault/s3fault/internal/tree"
)

func faultRoutes() []route {
	return []route{
		{http.MethodGet, "/worlds/{id}/faults", "the fault rules of a world and what came of them", control.faults},
		{http.MethodPut, "/worlds/{id}/faults", "replaces all fault rules", control.setFaults},
		{http.MethodPost, "/worlds/{id}/faults", "adds a fault rule", control.addFault},
		{http.MethodDelete, "/worlds/{id}/faults", "takes all fault rules away", control.removeFaults},
		{http.MethodDelete, "/worlds/{id}/faults/{name}", "takes one fault rule away", control.removeFault},
	}
}

func (c control) faults(r *http.Request) (any, error) {
	all, err := c.server.Faults(id(r))
	return map[string]any{"faults": all}, err
}

// rulesOf is the body of a call that brings rules, which is JSON alone.
func rulesOf(r *http.Request) (*tree.Node, error) {
	text, err := readBody(r)
	if err != nil {
		return nil, err
	}
	return tree.ParseJSON(faultsText, text)
}

func (c control) setFaults(r *http.Request) (any, error) {
	n, err := rulesOf(r)
	if err != nil {
		return nil, err
	}
	return struct{}{}, c.server.setFaults(id(r), n)
}

func (c control) addFault(r *http.Request) (any, error) {
	n, err := rulesOf(r)
	if err != nil {
		return nil, err
	}
	name, err := c.server.addFault(id(r), n)
	return created{map[string]string{"name": name}}, err
}

func (c control) removeFaults(r *http.Request) (any, error) {
	return struct{}{}, c.server.RemoveFaults(id(r))
}

func (c control) removeFault(r *http.Request) (any, error) {
	return struct{}{}, c.server.RemoveFault(id(r), mux.Vars(r)["name"])
}
