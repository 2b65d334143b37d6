package dev.cairn.console;

import java.util.Map;

import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;

/**
 * {@link WebEndpoint @WebEndpoint} whose path is that of the console. Exposure, access
 * and security apply to all below it. Where Spring MVC or WebFlux maps the console, this
 * operation is only listed.
 */
@WebEndpoint(id = ConsoleEndpoint.ID)
record ConsoleEndpoint() {

	static final String ID = "cairnconsole";

	@ReadOperation
	Map<String, String> page() {
		return Map.of("error", "The console requires Spring MVC or Spring WebFlux");
	}

}
