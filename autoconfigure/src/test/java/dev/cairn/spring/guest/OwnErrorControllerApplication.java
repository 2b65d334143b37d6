package dev.cairn.spring.guest;

import java.util.Map;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * An application with Spring MVC that answers errors itself.
 */
@Configuration(proxyBeanMethods = false)
@Import(PlainApplication.class)
class OwnErrorControllerApplication {

	@RestController
	static class OwnErrorController implements ErrorController {

		@RequestMapping("/error")
		ResponseEntity<Map<String, Object>> error(HttpServletRequest request) {
			Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
			return ResponseEntity.status((Integer) status).body(Map.of("own", status));
		}

	}

}
