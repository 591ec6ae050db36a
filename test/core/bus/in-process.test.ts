import { describeBusContract } from './contract.ts'
import { inProcessFixture } from './fixture.ts'

describeBusContract(inProcessFixture)
