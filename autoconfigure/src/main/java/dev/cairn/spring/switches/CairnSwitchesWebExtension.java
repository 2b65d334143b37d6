package dev.cairn.spring.switches;

import java.security.Principal;
import java.util.Map;

import dev.cairn.internal.Text;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * The operations that change switches by HTTP, which know who sends the request, and
 * answer with the reason of a refusal.
 */
@EndpointWebExtension(endpoint = CairnSwitchesEndpoint.class)
record CairnSwitchesWebExtension(CairnSwitchesEndpoint endpoint) {

	private static final int MAX_NAME = 100;

	@WriteOperation
	WebEndpointResponse<Object> set(SecurityContext security, @Nullable String kind, @Nullable String target,
			@Nullable String value, @Nullable String condition, @Nullable String fields, @Nullable String duration) {
		try {
			return new WebEndpointResponse<>(this.endpoint.describe(this.endpoint.switches()
				.set(new SwitchRequest(kind, target, value, condition, fields, duration), who(security))));
		}
		catch (IllegalArgumentException ex) {
			return new WebEndpointResponse<>(Map.of("error", this.endpoint.reason(ex)),
					WebEndpointResponse.STATUS_BAD_REQUEST);
		}
	}

	@DeleteOperation
	WebEndpointResponse<Object> revert(SecurityContext security, @Selector String id) {
		Object reverted = this.endpoint.revert(id, who(security));
		return (reverted != null) ? new WebEndpointResponse<>(reverted)
				: new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
	}

	private static String who(SecurityContext security) {
		Principal principal = security.getPrincipal();
		String name = (principal != null) ? principal.getName() : null;
		if (name == null || name.isBlank()) {
			return CairnSwitchesEndpoint.ANONYMOUS;
		}
		StringBuilder line = new StringBuilder(Text.cut(name, MAX_NAME));
		for (int i = 0; i < line.length(); i++) {
			line.setCharAt(i, Text.isControl(line.charAt(i)) ? '?' : line.charAt(i));
		}
		return line.toString();
	}

}
