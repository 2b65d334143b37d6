package dev.cairn.mcp;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.InvocationContext;
import org.springframework.boot.actuate.endpoint.OperationFilter;
import org.springframework.boot.actuate.endpoint.OperationType;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvokerAdvisor;
import org.springframework.boot.actuate.endpoint.invoke.ParameterValueMapper;
import org.springframework.boot.actuate.endpoint.web.EndpointMediaTypes;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.WebOperation;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpointDiscoverer;
import org.springframework.context.ApplicationContext;

/**
 * Reads endpoints of the actuator, whether they are exposed on the web or not, with the
 * access that their properties grant.
 *
 * @param context the context that has them
 * @param parameters maps parameters of operations
 * @param advisors advisors of operations, such as the cache
 * @param access the access to endpoints
 */
record Endpoints(ApplicationContext context, ParameterValueMapper parameters,
		ObjectProvider<OperationInvokerAdvisor> advisors, EndpointAccessResolver access) {

	static final String CAIRN = "cairn";

	static final String DOCTOR = "cairndoctor";

	/**
	 * Returns the operation that reads an endpoint without arguments.
	 * @param id the id of the endpoint
	 * @return the operation, empty without the endpoint or without access to it
	 */
	Optional<Supplier<@Nullable Object>> find(String id) {
		WebEndpointDiscoverer discoverer = new WebEndpointDiscoverer(this.context, this.parameters,
				EndpointMediaTypes.DEFAULT, List.of(), List.of(), this.advisors.orderedStream().toList(),
				List.of((endpoint) -> endpoint.getEndpointId().equals(EndpointId.of(id))),
				List.of(OperationFilter.byAccess(this.access)));
		return discoverer.getEndpoints()
			.stream()
			.flatMap((endpoint) -> endpoint.getOperations().stream())
			.filter((operation) -> operation.getType() == OperationType.READ
					&& operation.getRequestPredicate().getPath().equals(id))
			.findFirst()
			.map((operation) -> () -> read(operation));
	}

	private static @Nullable Object read(WebOperation operation) {
		Object result = operation.invoke(new InvocationContext(SecurityContext.NONE, Map.of()));
		return (result instanceof WebEndpointResponse<?> response) ? response.getBody() : result;
	}

}
