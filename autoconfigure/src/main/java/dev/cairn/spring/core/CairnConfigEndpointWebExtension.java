package dev.cairn.spring.core;

import java.util.Set;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * {@link EndpointWebExtension @EndpointWebExtension} that shows values to those who may
 * see them.
 */
@EndpointWebExtension(endpoint = CairnConfigEndpoint.class)
record CairnConfigEndpointWebExtension(CairnConfigEndpoint endpoint, Set<String> roles) {

	@ReadOperation
	CairnConfigEndpoint.ConfigDescriptor read(SecurityContext security) {
		return this.endpoint.read(this.endpoint.showValues().isShown(security, this.roles));
	}

}
