package awsapi

import "github.com/s3fault/s3fault/internal/fault"

// ForRules is what fault rules know of the service's actions. The body of a request is
// read before it is known for which of them it is: nothing can go wrong in it.
func (s *Service) ForRules() []fault.Operation {
	all := make([]fault.Operation, len(s.Actions))
	for i, a := range s.Actions {
		all[i] = fault.Operation{Service: s.Name, Name: a.Name, Class: a.class(), ResponseBody: true}
	}
	return all
}

func (a *Action) class() fault.Class {
	if a.ReadOnly {
		return fault.Reads
	}
	return fault.Writes
}

// ForRules is what fault rules look at of the call.
func (c *Call) ForRules() fault.Request {
	o := fault.Operation{Service: c.Service.Name, Name: c.Name, ResponseBody: true}
	if c.Action != nil {
		o.Class = c.Action.class()
	}
	return fault.Request{Operation: o}
}
