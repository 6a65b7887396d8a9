import { Catch, type RpcExceptionFilter } from '@nestjs/common'
import { type Observable, throwError } from 'rxjs'

/**
 * The last filter, behind those of the user: hands an error on as it is. Nest's own would replace every error by
 * "Internal server error", and the inbox row would tell nothing.
 */
@Catch()
export class PassThroughFilter implements RpcExceptionFilter<unknown> {
  catch(exception: unknown): Observable<never> {
    return throwError(() => exception)
  }
}
