"""All addresses of the service in OpenAPI 3.1, for programs that make clients and for those that try to break servers."""
