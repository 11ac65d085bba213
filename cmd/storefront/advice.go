package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strconv"
	"syscall"
)

// advice is an error with what to do about it.
type advice struct {
	err error
	try string
}

// Error returns the cause alone.
func (a *advice) Error() string { return a.err.Error() }

// Unwrap returns the cause.
func (a *advice) Unwrap() error { return a.err }

// advise is an error as it is printed.
func advise(err error) string {
	if a, ok := errors.AsType[*advice](err); ok {
		return err.Error() + "\n" + a.try
	}
	return err.Error()
}

// listenAdvice says what to do when an address cannot be listened at.
func listenAdvice(addr string, err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return &advice{
			err: fmt.Errorf("another program uses %s", addr),
			try: "Stop it, or choose another port: storefront --addr " + nextAddr(addr),
		}
	case errors.Is(err, fs.ErrPermission):
		return &advice{
			err: fmt.Errorf("the system does not let you use %s", addr),
			try: "Ports below 1024 need privileges. Choose a higher one: storefront --addr 127.0.0.1:8080",
		}
	}
	return &advice{
		err: fmt.Errorf("listen at %s: %w", addr, err),
		try: "Give an address of this computer and a port: storefront --addr 127.0.0.1:8080",
	}
}

// nextAddr is the address with the next port.
func nextAddr(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	n, convErr := strconv.Atoi(port)
	if err != nil || convErr != nil || n < 1 || n >= 65535 {
		return "127.0.0.1:8081"
	}
	return net.JoinHostPort(host, strconv.Itoa(n+1))
}

// takenAdvice says what to do when another storefront has the data folder.
func takenAdvice(folder string) error {
	return &advice{
		err: fmt.Errorf("another storefront uses the data folder %s", folder),
		try: "Stop it, or choose another folder: storefront --data ./my-data. Several storefronts share a PostgreSQL database (--database), each with a folder of its own.",
	}
}

// folderAdvice says what to do when the data folder cannot be used.
func folderAdvice(folder string, err error) error {
	return &advice{
		err: fmt.Errorf("the data folder %s cannot be written to: %w", folder, err),
		try: "Choose another one: storefront --data ./my-data",
	}
}

// geoAdvice says what to do when a database of places cannot be read.
func geoAdvice(path string, err error) error {
	return &advice{
		err: fmt.Errorf("the database of places %s cannot be read: %w", path, err),
		try: "Name a MaxMind database (GeoLite2 City or Country, DB-IP Lite), storefront --geoip GeoLite2-City.mmdb, or leave the flag out: visitors are asked for their city then.",
	}
}
