package dev.cairn.spring.web.error;

import org.springframework.core.annotation.Order;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/**
 * Problem details for Spring's own exceptions, where Cairn and not Boot was asked for
 * them; as Boot registers its own.
 */
@ControllerAdvice
@Order(0)
public class SpringProblemAdvice extends ResponseEntityExceptionHandler {

}
